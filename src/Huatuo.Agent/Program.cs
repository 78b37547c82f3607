using Huatuo.Agent.Cli;
using Huatuo.Agent.Runtime;

TrimMemory.BeforeStart();
return await HuatuoCommand.RunAsync(args).ConfigureAwait(false);
