using System.Runtime.Versioning;
using Huatuo.Kernel.Tests.Harness;
using Xunit.Runner.InProc.SystemConsole;

[assembly: SupportedOSPlatform("linux")]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

PrivateMounts.Enter();
return await ConsoleRunner.Run(args);
