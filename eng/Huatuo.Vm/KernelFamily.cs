namespace Huatuo.Vm;

/// <summary>A line of the list of kernels.</summary>
/// <param name="Name">Such as <c>6.12</c>, or <see cref="KernelFamilies.Newest"/>.</param>
/// <param name="Hybrid">Whether it is booted with the controllers of cgroup v1.</param>
internal readonly record struct KernelFamily(string Name, bool Hybrid = false)
{
    public override string ToString() => Hybrid ? Name + " hybrid" : Name;
}
