namespace Huatuo.Flow;

/// <summary>Text that others chose, such as the name of a process, made fit to be printed.</summary>
public static class PrintableText
{
    /// <summary>The text with a mark in place of each control character, so that none of it steers a terminal or begins a line.</summary>
    public static string Of(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\ufffd' : c)) : text;
}
