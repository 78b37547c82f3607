using System.Runtime.Versioning;
using Huatuo.Store.Tests.Elasticsearch;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Spool;
using Huatuo.Store.Tests.Sqlite;
using Xunit.Runner.InProc.SystemConsole;

[assembly: SupportedOSPlatform("linux")]

return args switch
{
    [NumberWriter.Verb, .. var rest] => NumberWriter.Run(rest),
    [EventWriter.Verb, .. var rest] => EventWriter.Run(rest),
    [ElasticsearchWriter.Verb, .. var rest] => ElasticsearchWriter.Run(rest),
    [SpoolWriter.Verb, .. var rest] => SpoolWriter.Run(rest),
    _ => await ConsoleRunner.Run(args),
};
