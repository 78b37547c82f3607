namespace Huatuo.Vm;

/// <summary>The command line of QEMU: emulation without KVM, and the places of a run's sockets and files.</summary>
internal static class QemuArguments
{
    public const string Out = "out";
    public const string Err = "err";
    public const string Exit = "exit";
    public const string Files = "host";

    /// <param name="options">The machine's size and devices.</param>
    /// <param name="kernel">The kernel's image.</param>
    /// <param name="scratch">The folder of the sockets, the initial file system, the disk and the log.</param>
    /// <param name="firmware">Where an unpacked QEMU has its firmware; null: the installed one is used.</param>
    public static IReadOnlyList<string> Of(RunOptions options, string kernel, string scratch, string? firmware)
    {
        // QEMU 7.2 with a thread for each CPU loses a race with the kernel's patching of its own code; 10 does not.
        string threads = firmware is null ? "single" : "multi";
        List<string> line =
        [
            "-M", "q35,memory-backend=memory", "-accel", $"tcg,thread={threads},tb-size=512", "-cpu", "max",
            "-smp", $"{options.Cpus}", "-m", $"{options.MemoryMiB}",
            "-object", $"memory-backend-memfd,id=memory,size={options.MemoryMiB}M,share=on",
            "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
            "-serial", $"file:{scratch}/console",
            "-chardev", $"socket,id=files,path={scratch}/{Files}", "-device", $"vhost-user-fs-pci,chardev=files,tag={Files}",
            "-device", "virtio-serial-pci",
        ];
        foreach (string port in (string[])[Out, Err, Exit])
            line.AddRange(["-chardev", $"socket,id={port},path={scratch}/{port}", "-device", $"virtserialport,chardev={port},name={port}"]);
        if (firmware is not null)
            line.AddRange(["-L", $"{firmware}/usr/share/qemu", "-L", $"{firmware}/usr/share/seabios"]);
        if (options.DiskMiB > 0)
            line.AddRange(["-drive", $"file={scratch}/disk,format=raw,if=none,id=disk,cache=unsafe", "-device", "virtio-blk-pci,drive=disk"]);
        if (options.Aer)
            line.AddRange(["-device", "pcie-root-port,id=port1,chassis=1,slot=1", "-device", "e1000e,id=card1,bus=port1"]);
        if (options.Card)
            line.AddRange(["-device", "vmxnet3,romfile="]);

        // Devices interrupt the first CPU alone: tests hold the last one up, and its files would wait.
        string append = "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off tsc=reliable no_timer_check random.trust_cpu=on irqaffinity=0 isolcpus=managed_irq,1 rdinit=/init huatuo.vm";
        line.AddRange(["-kernel", kernel, "-initrd", $"{scratch}/initrd", "-append", string.Join(' ', [append, .. options.Append])]);
        return line;
    }
}
