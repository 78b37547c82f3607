using System.Runtime.InteropServices;
using Huatuo.TestRun;

// Usage, in the root of the repository: Huatuo.TestRun [--kernels none|ends|all] [PROJECT]...
// Runs the built programs of all test projects, or of those named, those of the kernel also on other kernels (none, the default; ends:
// the oldest and the newest of eng/kernels.txt; all of them), and ends with the line "N passed, N failed, N skipped".
// Exit codes: 0 all is well, 1 something failed or ran nowhere although every kernel that was asked for was there, 2 wrong usage, 130 interrupted.

const string Framework = "net10.0";
const string Configuration = "debug";
const string KernelTable = "docs/reference/kernels.txt";
const string TruthTable = "docs/reference/truth.txt";

string root = Directory.GetCurrentDirectory();
Arguments arguments;
try
{
    arguments = Arguments.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

var projects = TestProject.Find(root, Framework, Configuration);
if (arguments.Projects.Except(projects.Select(project => project.Name)).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"{unknown} is not a test project below {root}; there are: {string.Join(' ', projects.Select(project => project.Name))}");
    return 2;
}

if (arguments.Projects.Count > 0)
    projects = [.. projects.Where(project => arguments.Projects.Contains(project.Name))];

using var stop = new CancellationTokenSource();
void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

TestProgram Program(IStand stand)
{
    string results = Path.Combine(root, "artifacts", "test", stand.Environment);
    Directory.CreateDirectory(results);
    return new TestProgram(root, results, TimeProvider.System, stand);
}

try
{
    string machine = Path.Combine(root, "artifacts", Framework, "bin", "Huatuo.Vm", Configuration, "Huatuo.Vm");
    bool boots = projects.Any(project => project.Name == TestProject.Kernel);
    var kernels = !boots ? [] : await new Guests(machine, root).FetchAsync(arguments.Kernels, stop.Token);
    var guests = kernels.Where(kernel => kernel.IsTested).Select(kernel => Program(new GuestStand(machine, kernel, arguments.Kernels == KernelChoice.All)));
    var results = await new Schedule(Program(new HostStand(arguments.Kernels == KernelChoice.All)), [.. guests], Console.Out).RunAsync(projects, stop.Token);

    var merged = Merged.Of(results);
    var tested = new TestedKernels(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), kernels, results);
    Console.WriteLine();
    Report.Write(Console.Out, merged, tested);
    if (arguments.Kernels != KernelChoice.All)
        return merged.IsGood(kernels) ? 0 : 1;

    File.WriteAllText(Path.Combine(root, KernelTable), tested.ToText());
    File.WriteAllText(Path.Combine(root, TruthTable), new Truth(tested, results).ToText());
    if (!tested.IsEnough)
        Console.Error.WriteLine("everything passed on fewer than three families of kernels");
    return merged.IsGood([]) && tested.IsEnough ? 0 : 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("interrupted");
    return 130;
}
