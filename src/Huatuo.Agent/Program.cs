using Huatuo.Agent.Cli;
using Huatuo.Agent.Runtime;

if (args is ["agent", ..])
    Privileges.GiveUpOthers();
TrimMemory.BeforeStart();
return await HuatuoCommand.RunAsync(args).ConfigureAwait(false);
