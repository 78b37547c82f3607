using Huatuo.Agent.Cli;
using Huatuo.Agent.Runtime;

// Before anything is done that would have to be done twice.
if (args is ["agent", ..] && !args.Intersect(["--help", "-h", "-?"]).Any())
    Privileges.GiveUpOthers();
TrimMemory.BeforeStart();
return await HuatuoCommand.RunAsync(args).ConfigureAwait(false);
