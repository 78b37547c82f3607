using Huatuo.Gen;

return CommandLine.Run(args, Console.Out, Console.Error);
