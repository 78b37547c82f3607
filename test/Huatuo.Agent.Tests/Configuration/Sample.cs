using System.Net;
using System.Text;
using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Agent.Tests.Configuration;

internal enum Transport { Auto, Ring, Perf }

/// <summary>A tracer's options with every type.</summary>
internal sealed class Sample
{
    public bool Enabled { get; set; } = true;

    public Transport Transport { get; set; }

    public IReadOnlyList<ushort> Ports { get; set; } = [];

    public IReadOnlyList<IPNetwork> Addresses { get; set; } = [];

    public IReadOnlyList<string> Devices { get; set; } = [];

    public double Share { get; set; } = 0.5;

    public string Note { get; set; } = "";

    public static OptionSchema<Sample> Schema { get; } = new OptionSchema<Sample>("dropwatch")
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v, "Whether it runs.")
        .Add("transport", OptionTypes.Choice(("auto", Transport.Auto), ("ringbuf", Transport.Ring), ("perf", Transport.Perf)),
            o => o.Transport, (o, v) => o.Transport = v, "The ring.")
        .Add("ports", OptionTypes.List(OptionTypes.Port), o => o.Ports, (o, v) => o.Ports = v, "Only these ports.")
        .Add("addresses", OptionTypes.List(OptionTypes.Network), o => o.Addresses, (o, v) => o.Addresses = v, "Only these.")
        .Add("devices", OptionTypes.List(OptionTypes.Text), o => o.Devices, (o, v) => o.Devices = v, "Only these.")
        .Add("share", OptionTypes.Number(0, 1), o => o.Share, (o, v) => o.Share = v, "A part.")
        .Add("note", OptionTypes.Text, o => o.Note, (o, v) => o.Note = v, "Any text.");

    public static IReadOnlyList<OptionSchema> Tracers { get; } = [Schema, new OptionSchema<Other>("oom")
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v, "Whether it runs.")];

    public static TracerNames Names { get; } = new(["dropwatch", "oom"], [KeyValuePair.Create("oom_kills", "oom")]);

    public static AgentConfig Config(string yaml, Diagnostics diagnostics, params string[] sets) =>
        Config(Encoding.UTF8.GetBytes(yaml), diagnostics, sets);

    public static AgentConfig Config(byte[] yaml, Diagnostics diagnostics, params string[] sets)
    {
        var overrides = new List<Override>();
        foreach (string set in sets)
        {
            Assert.True(Override.TryParse(set, out Override? value, out string? error), error);
            overrides.Add(value);
        }

        return Config(yaml, diagnostics, overrides);
    }

    public static AgentConfig Config(string yaml, Diagnostics diagnostics, IReadOnlyList<Override> overrides) =>
        Config(Encoding.UTF8.GetBytes(yaml), diagnostics, overrides);

    private static AgentConfig Config(byte[] yaml, Diagnostics diagnostics, IReadOnlyList<Override> overrides) =>
        AgentConfig.Create(ConfigFile.Parse(yaml, "huatuo.yaml", diagnostics), overrides, Tracers, diagnostics, Names);

    /// <summary>The configuration, which must have no error.</summary>
    public static AgentConfig Good(string yaml, params string[] sets)
    {
        var diagnostics = new Diagnostics();
        AgentConfig config = Config(yaml, diagnostics, sets);
        Assert.Equal("", diagnostics.ToString());
        return config;
    }

    /// <summary>All errors of a configuration, line by line.</summary>
    public static string Errors(string yaml, params string[] sets)
    {
        var diagnostics = new Diagnostics();
        Config(yaml, diagnostics, sets);
        Assert.True(diagnostics.HasErrors);
        return diagnostics.ToString();
    }

    public static string Show(AgentConfig config)
    {
        var text = new StringWriter();
        new ConfigShow(text).Write(config);
        return text.ToString();
    }

    private sealed class Other
    {
        public bool Enabled { get; set; } = true;
    }
}
