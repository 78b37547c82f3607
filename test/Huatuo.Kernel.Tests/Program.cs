using System.Runtime.Versioning;
using Huatuo.Kernel.Tests.Harness;
using Xunit.Runner.InProc.SystemConsole;

[assembly: SupportedOSPlatform("linux")]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

if (ManagedSpinner.IsAsked)
    ManagedSpinner.Run();
PrivateMounts.Enter();
return await ConsoleRunner.Run(args);
