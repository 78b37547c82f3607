namespace Huatuo.Vm.Tests;

public sealed class ModuleListTests
{
    private static readonly ModuleList s_modules = new("""
        kernel/fs/fuse/virtiofs.ko.xz: kernel/fs/fuse/fuse.ko.xz kernel/drivers/virtio/virtio.ko.xz kernel/drivers/virtio/virtio_ring.ko.xz
        kernel/fs/fuse/fuse.ko.xz:
        kernel/drivers/virtio/virtio_pci.ko.xz: kernel/drivers/virtio/virtio.ko.xz kernel/drivers/virtio/virtio_ring.ko.xz
        kernel/drivers/virtio/virtio.ko.xz: kernel/drivers/virtio/virtio_ring.ko.xz
        kernel/drivers/virtio/virtio_ring.ko.xz:
        """);

    [Fact]
    public void WhatAModuleNeedsComesBeforeIt() =>
        Assert.Equal(["virtio_ring", "virtio", "virtio_pci", "fuse", "virtiofs"], s_modules.Order(["virtio_pci", "virtiofs"]).Select(ModuleList.NameOf));

    [Fact]
    public void WhatIsBuiltInIsLeftOut() => Assert.Empty(s_modules.Order(["overlay"]));
}
