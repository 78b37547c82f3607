using System.Globalization;
using System.Text;
using System.Text.Json;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>A system call for a terminal: one line, much as strace writes it.</summary>
internal static class SyscallAuditText
{
    internal static string Format(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Text(document, "observed_timestamp")} {Text(data, "comm")}[{Value(data, "pid")}] uid={Value(data, "uid")} {Text(data, "syscall")}(");
        text.AppendJoin(", ", data.GetProperty("arguments").EnumerateObject().Select(argument => $"{argument.Name}={Printable(argument.Value.ToString())}"));
        text.Append(CultureInfo.InvariantCulture, $") = {Value(data, "return_value")}");
        foreach (string field in (ReadOnlySpan<string>)["error", "program", "truncated", "compat", "cgroup_path", "container_id"])
            if (data.TryGetProperty(field, out JsonElement value))
                text.Append(CultureInfo.InvariantCulture, $" {(field == "error" ? "" : field + "=")}{Printable(value.ToString())}");
        return text.ToString();
    }

    private static string Value(JsonElement element, string field) => element.TryGetProperty(field, out JsonElement value) ? value.ToString() : "?";
}
