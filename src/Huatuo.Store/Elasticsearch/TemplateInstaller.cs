using System.Text;
using Huatuo.Store.Remote;

namespace Huatuo.Store.Elasticsearch;

/// <summary>Puts the index template, and the policy that deletes what is old, on a server.</summary>
/// <param name="options">Which server, and who this is.</param>
/// <param name="template">What.</param>
/// <param name="time">Time.</param>
public sealed class TemplateInstaller(RemoteSinkOptions options, IndexTemplate template, TimeProvider time) : IDisposable
{
    private readonly RemoteClient _client = new(
        new RemoteClientOptions { Credentials = options.Credentials, CaFile = options.CaFile, Timeout = options.Timeout }, time);

    private readonly RequestBody _body = new("application/json", compress: false);

    /// <summary>Asks the first server that answers, and puts everything there.</summary>
    /// <param name="say">Takes a line about each thing that is done, or cannot be.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="IOException">The template is not there.</exception>
    public async Task InstallAsync(Action<string> say, CancellationToken stop)
    {
        try
        {
            (Uri address, ServerInfo server) = await FindAsync(stop).ConfigureAwait(false);
            say($"{address} is {server}");
            bool policy = template.HasLifecycle && await LifecycleAsync(address, server, say, stop).ConfigureAwait(false);
            template.Write(_body, server, policy);
            await PutAsync(address, $"_index_template/{template.Name}", stop).ConfigureAwait(false);
            say($"the index template {template.Name} is there");
        }
        catch (RemoteException fault)
        {
            throw new IOException(fault.Message, fault);
        }
    }

    /// <summary>The bodies as they would be sent, each after the path.</summary>
    /// <param name="isOpenSearch">Which kind of server; its newest version is meant.</param>
    public IEnumerable<string> Show(bool isOpenSearch)
    {
        var server = new ServerInfo(isOpenSearch, isOpenSearch ? "3.0" : "9.0", "default");
        if (template.HasLifecycle)
        {
            WritePolicy(server);
            yield return $"PUT /{PolicyPath(server)}\n{Written()}";
        }
        template.Write(_body, server, template.HasLifecycle);
        yield return $"PUT /_index_template/{template.Name}\n{Written()}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _body.Dispose();
    }

    private async Task<(Uri Address, ServerInfo Server)> FindAsync(CancellationToken stop)
    {
        string faults = "";
        foreach (Uri address in options.Addresses)
        {
            try
            {
                RemoteReply reply = await _client.SendAsync(HttpMethod.Get, BulkProtocol.Below(address, ""), null, stop).ConfigureAwait(false);
                if (reply.IsSuccess && ServerInfo.Parse(reply.Body) is { } server)
                    return (address, server);
                faults += $"{address} answers {reply.Status}: {ErrorText.Of(reply.Body.Span)}; ";
            }
            catch (RemoteException fault)
            {
                faults += $"{address}: {fault.Message}; ";
            }
        }
        throw new RemoteException(faults.TrimEnd(' ', ';'));
    }

    private async Task<bool> LifecycleAsync(Uri address, ServerInfo server, Action<string> say, CancellationToken stop)
    {
        try
        {
            WritePolicy(server);
            await PutAsync(address, PolicyPath(server), stop).ConfigureAwait(false);
            say($"the policy {template.Name} is there");
            return true;
        }
        catch (RemoteException fault)
        {
            say($"the policy {template.Name} is not put there, nothing is deleted by it: {fault.Message}");
            return false;
        }
    }

    private void WritePolicy(ServerInfo server)
    {
        if (server.IsOpenSearch)
            template.WriteStateManagement(_body);
        else
            template.WriteLifecycle(_body);
    }

    private string PolicyPath(ServerInfo server) => server.IsOpenSearch ? $"_plugins/_ism/policies/{template.Name}" : $"_ilm/policy/{template.Name}";

    private async Task PutAsync(Uri address, string path, CancellationToken stop)
    {
        Uri target = BulkProtocol.Below(address, path);
        RemoteReply reply = await _client.SendAsync(HttpMethod.Put, target, _body, stop).ConfigureAwait(false);
        if (!reply.IsSuccess)
            throw new RemoteException($"{target} answers {reply.Status}: {ErrorText.Of(reply.Body.Span)}");
    }

    private string Written() => Encoding.UTF8.GetString(_body.Written.Span);
}
