using Huatuo.Linux.Proc;

namespace Huatuo.Http.Sources;

/// <summary>Takes one reading of this process from <c>/proc/self</c>. One caller at a time.</summary>
/// <returns>False when there is nothing to read.</returns>
public delegate bool ProcessReader(out SelfSample sample);
