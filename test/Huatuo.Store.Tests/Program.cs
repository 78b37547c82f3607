using System.Runtime.Versioning;
using Huatuo.Store.Tests.LocalFile;
using Xunit.Runner.InProc.SystemConsole;

[assembly: SupportedOSPlatform("linux")]

return args is [NumberWriter.Verb, .. var rest]
    ? NumberWriter.Run(rest)
    : await ConsoleRunner.Run(args);
