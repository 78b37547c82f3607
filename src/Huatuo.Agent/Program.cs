using Huatuo.Agent.Cli;
using Huatuo.Agent.Runtime;
using Huatuo.Flow;

if (args is ["agent", ..] && Privileges.GiveUpOthers() is { } kept)
    AgentLog.OfThisProcess().Warn($"{kept}; huatuo doctor tells which are used");
TrimMemory.BeforeStart();
return await HuatuoCommand.RunAsync(args).ConfigureAwait(false);
