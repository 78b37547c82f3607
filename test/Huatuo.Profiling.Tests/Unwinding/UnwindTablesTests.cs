using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Tests.Unwinding;

/// <summary>Which tables are kept.</summary>
public sealed class UnwindTablesTests
{
    [Fact]
    public void A_file_that_could_not_be_read_is_read_for_the_next_process()
    {
        using var tables = new UnwindTables(1 << 20, TimeProvider.System);
        Assert.Null(tables.Take("cc1", () => null));
        Assert.Empty(tables.Keys);
        LoadedTable? table = tables.Take("cc1", () => new UnwindTable(new UnwindRules(1)));
        Assert.NotNull(table);
        Assert.Equal(["cc1"], tables.Keys);
        Assert.Same(table, tables.Take("cc1", () => throw new InvalidOperationException("it is known")));
        Assert.Equal(2, table.Users);
    }
}
