using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Tests.Configuration;

public sealed class AgentConfigTests
{
    [Fact]
    public void EveryKeyHasADefault() => Assert.Equal(
        """
        listen: 127.0.0.1:19704  # default
        data_dir: /var/lib/huatuo  # default
        region: ""  # default
        reload_interval: 5s  # default
        containers:
          keep_ended: 5m  # default
          max_ended: 8192  # default
        runtimes:
          containerd_socket: /run/containerd/containerd.sock  # default
          crio_socket: /run/crio/crio.sock  # default
          docker_socket: /run/docker.sock  # default
          podman_socket: /run/podman/podman.sock  # default
          labels: []  # default
        kubelet:
          enabled: true  # default
          address: 127.0.0.1:10250  # default
          read_only_address: 127.0.0.1:10255  # default
          token_file: /var/run/secrets/kubernetes.io/serviceaccount/token  # default
          client_certificate: ""  # default
          client_key: ""  # default
          ca_files: [/var/lib/kubelet/pki/kubelet.crt, /etc/kubernetes/pki/ca.crt, /var/run/secrets/kubernetes.io/serviceaccount/ca.crt]  # default
          server_name: ""  # default
        reverse_dns:
          enabled: false  # default
          ttl: 10m  # default
          max_entries: 4096  # default
        store:
          local:
            enabled: true  # default
            rotate_size: 100MiB  # default
            rotate_count: 10  # default
            compress: true  # default
            max_size: 0  # default
            max_age: 0s  # default
            queue_bytes: 8MiB  # default
            sync_interval: 1s  # default
          sqlite:
            enabled: true  # default
            max_size: 1GiB  # default
            max_age: 720h  # default
            queue_bytes: 8MiB  # default
            sync_interval: 1s  # default
          elasticsearch:
            enabled: false  # default
            addresses: [http://127.0.0.1:9200]  # default
            index: huatuo_bamai  # default
            data_stream: false  # default
            api_key_file: ""  # default
            username: ""  # default
            password_file: ""  # default
            bearer_token_file: ""  # default
            ca_file: ""  # default
            compress: true  # default
            batch_bytes: 1MiB  # default
            batch_events: 1000  # default
            batch_interval: 1s  # default
            timeout: 30s  # default
            spool_size: 256MiB  # default
            queue_bytes: 8MiB  # default
          otlp:
            enabled: false  # default
            endpoint: http://127.0.0.1:4318/v1/logs  # default
            profiles: false  # default
            profiles_endpoint: http://127.0.0.1:4318/v1development/profiles  # default
            username: ""  # default
            password_file: ""  # default
            bearer_token_file: ""  # default
            ca_file: ""  # default
            compress: true  # default
            batch_bytes: 1MiB  # default
            batch_events: 1000  # default
            batch_interval: 1s  # default
            timeout: 30s  # default
            spool_size: 256MiB  # default
            queue_bytes: 8MiB  # default
        metrics:
          upstream_names: false  # default
          otlp:
            endpoint: ""  # default
            interval: 1m  # default
            timeout: 10s  # default
            authorization: ""  # default
        api:
          socket: /run/huatuo/huatuo.sock  # default
          requests_per_second: 50  # default
          max_streams: 16  # default
        tls:
          certificate: ""  # default
          key: ""  # default
          client_ca: ""  # default
        profiling:
          enabled: false  # default
          profilers: [oncpu]  # default
          window: 10s  # default
          frequency: 99  # default
          oncpu_event: cpu-clock  # default
          min_duration: 1ms  # default
          memory_kind: physical  # default
          memory_sample: 512KiB  # default
          io_layer: block  # default
          io_sample: 16KiB  # default
          lock_kind: all  # default
          lock_sample: 100us  # default
          unwind: auto  # default
          unwind_bytes: 64MiB  # default
          cpu_budget: 1  # default
          sinks: [sqlite]  # default
          max_size: 512MiB  # default
          max_age: 168h  # default
        tracers:
          dropwatch:
            enabled: true  # default
            transport: auto  # default
            ports: []  # default
            addresses: []  # default
            devices: []  # default
            share: 0.5  # default
            note: ""  # default
          oom:
            enabled: true  # default
        rules:
          - name: close_wait_purge  # default
            tracer: dropwatch
            enabled: true
            when:
              - function: skb_rbtree_purge
                at: 0
              - field: layers.tcp.sk_state
                is: CLOSE_WAIT
          - name: neigh_invalidate  # default
            tracer: dropwatch
            enabled: true
            when:
              - function: neigh_invalidate
                at: 0
          - name: bnxt_tx_int  # default
            tracer: dropwatch
            enabled: true
            when:
              - function: [bnxt_tx_int, __bnxt_tx_int]
                at: 0

        """,
        Sample.Show(Sample.Good("")));

    [Fact]
    public void TheFileStandsAboveTheDefaultsAndTheCommandLineAboveTheFile()
    {
        AgentConfig config = Sample.Good(
            """
            region: north
            listen: 0.0.0.0:80
            tracers:
              dropwatch:
                ports: [1, 2]
                share: 1
            """,
            "region=south", "tracers.dropwatch.ports=80,443", "tracers.dropwatch.devices=eth0", "store.local.rotate_size=1GiB");
        Sample sample = config.Tracer(Sample.Schema);
        Assert.Same(sample, config.Tracer("dropwatch"));
        Assert.Equal("south", config.Options.Region);
        Assert.Equal([80, 443], sample.Ports);
        Assert.Equal(["eth0"], sample.Devices);
        Assert.Equal(ByteSize.GiB(1), config.Options.Store.Local.RotateSize);
        string shown = Sample.Show(config);
        foreach (string line in new[]
        {
            "listen: 0.0.0.0:80  # huatuo.yaml:2\n", "region: south  # --set\n", "data_dir: /var/lib/huatuo  # default\n",
            "    rotate_size: 1GiB  # --set\n", "    ports: [80, 443]  # --set\n", "    share: 1  # huatuo.yaml:6\n",
        })
            Assert.Contains(line, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void AllErrorsComeAtOnce() => Assert.Equal(
        """
        huatuo.yaml:1:1: lisen: unknown key; did you mean 'listen'?
        huatuo.yaml:2:8: store: expected a mapping of keys, found a list
        huatuo.yaml:4:8: reverse_dns.ttl: expected a duration from 1s to 24h, found '10'
        huatuo.yaml:5:20: reverse_dns.max_entries: expected a whole number from 1 to 1000000, found '0'
        huatuo.yaml:6:11: data_dir: expected a path such as /var/lib/huatuo, found no value
        huatuo.yaml:7:9: region: expected text ("" for none), found a mapping
        --set: store.local.rotate_size: cannot be set: huatuo.yaml:2:8 holds a list, not a mapping of keys
        huatuo.yaml:10:5: tracers.dropwatch.port: unknown key; did you mean 'ports'?
        huatuo.yaml:11:12: tracers.dropwatch.share: expected a number from 0 to 1, found '1.5'
        huatuo.yaml:12:16: tracers.dropwatch.transport: expected one of auto, ringbuf, perf, found 'ringbuff'; did you mean 'ringbuf'?
        huatuo.yaml:13:3: tracers.dropwach: unknown tracer; did you mean 'dropwatch'?
        huatuo.yaml:14:8: tracers.oom: expected a mapping of keys, found 'true'
        """.Split('\n').Order(),
        Sample.Errors(
            """
            lisen: 1
            store: [a]
            reverse_dns:
              ttl: 10
              max_entries:     0
            data_dir: ~
            region: {a: b}
            tracers:
              dropwatch:
                port: 80
                share: 1.5
                transport: ringbuff
              dropwach: {}
              oom: true
            """,
            "store.local.rotate_size=1GiB").Split('\n').Order());

    [Fact]
    public void TheRootIsAMapping() =>
        Assert.Equal("huatuo.yaml:1:1: expected a mapping of keys, found a list", Sample.Errors("- a\n"));

    [Fact]
    public void EmptySectionsAreDefaults() =>
        Assert.Equal(Sample.Show(Sample.Good("")), Sample.Show(Sample.Good("store:\ntracers:\n  dropwatch:\nrules:\n")));

    [Fact]
    public void ErrorsOfTheCommandLineNameTheOption()
    {
        Assert.Equal("--set: tracers.dropwatch.prots: unknown key; did you mean 'ports'?", Sample.Errors("", "tracers.dropwatch.prots=1"));
        Assert.Equal("--set: rules: expected a list of rules, found 'x'", Sample.Errors("", "rules=x"));
        Assert.Equal("--set: listen: expected an address and a port such as 127.0.0.1:19704 or [::1]:19704, found a mapping", Sample.Errors("", "listen.x=1"));
    }

    [Fact]
    public void LoadReadsTheFile()
    {
        string folder = Directory.CreateTempSubdirectory("huatuo-config").FullName;
        try
        {
            string file = Path.Combine(folder, "huatuo.yaml");
            File.WriteAllText(file, "region: here\n");
            var diagnostics = new Diagnostics();
            AgentConfig config = AgentConfig.Load(file, [new Override("tracers.oom.enabled", "false", "--disable")], Sample.Tracers, diagnostics);
            Assert.False(diagnostics.HasErrors);
            Assert.Contains($"region: here  # {file}:1\n", Sample.Show(config), StringComparison.Ordinal);
            Assert.Contains("enabled: false  # --disable\n", Sample.Show(config), StringComparison.Ordinal);
            AgentConfig.Load(null, [], Sample.Tracers, diagnostics);
            Assert.False(diagnostics.HasErrors);
            AgentConfig.Load(file + "x", [], Sample.Tracers, diagnostics);
            Assert.Equal($"{file}x: cannot be read: there is no such file", diagnostics.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
