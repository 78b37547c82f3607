using Huatuo.Agent.Configuration;
using Huatuo.Docs.Tests.Pages;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>Keys of the configuration.</summary>
internal static class OptionTables
{
    /// <summary>The keys of one section: <c>root</c>, <c>rules</c>, <c>when</c> or <c>tracers.NAME</c>.</summary>
    public static string Of(string section) => section switch
    {
        "root" => Root(),
        "rules" => Bare(RuleOptions.Schema),
        "when" => Bare(ConditionOptions.Schema),
        _ => Keys(Tracer(section).Options),
    };

    private static TracerDefinition Tracer(string section) =>
        Catalog.All.FirstOrDefault(tracer => "tracers." + tracer.Name == section)
        ?? throw new ArgumentException($"no tracer has the section '{section}'", nameof(section));

    private static string Root()
    {
        var table = new Table("key", "value", "default", "reload", "meaning");
        foreach (OptionKey key in AgentOptions.Schema.Keys)
            table.Row(Table.Code(key.Key), key.Syntax, Table.Code(key.Default), Reload(key.Change), key.Summary);
        return table.ToString();
    }

    private static string Reload(KeyChange change) => change switch
    {
        KeyChange.Request => "yes, API",
        KeyChange.File => "yes",
        _ => "restart",
    };

    private static string Keys(OptionSchema schema)
    {
        var table = new Table("key", "value", "default", "meaning");
        foreach (OptionKey key in schema.Keys)
            table.Row(Table.Code(key.Key), key.Syntax, Table.Code(key.Default), key.Summary);
        return table.ToString();
    }

    private static string Bare(OptionSchema schema)
    {
        var table = new Table("key", "value", "meaning");
        foreach (OptionKey key in schema.Keys)
            table.Row(Table.Code(key.Key), key.Syntax, key.Summary);
        return table.ToString();
    }
}
