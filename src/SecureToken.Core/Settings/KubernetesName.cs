using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Settings;

/// <summary>
/// Names as the Kubernetes API takes them, checked here because nobody but the cluster would, and only when it is too late.
/// </summary>
/// <remarks>
/// kubernetes.io/docs/concepts/overview/working-with-objects/names for Secret and namespace, .../configuration/secret for keys. That a key
/// starts with two dots is refused because it becomes the name of a file where the Secret is mounted.
/// </remarks>
public static class KubernetesName
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    /// <summary>The name of a Secret: labels joined by dots.</summary>
    /// <returns>The name; or 660.</returns>
    public static Result<string> ParseSecret(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is 0 or > LongestName ? Invalid(text, "name of a Secret", $"it needs 1 to {LongestName} characters")
            : text.Split('.').Select(LabelFault).FirstOrDefault(fault => fault.Length > 0) is { } fault
                ? Invalid(text, "name of a Secret", fault)
            : text;
    }

    /// <summary>A namespace: one label.</summary>
    /// <returns>The namespace; or 660.</returns>
    public static Result<string> ParseNamespace(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > LongestLabel ? Invalid(text, "namespace", $"it needs 1 to {LongestLabel} characters")
            : LabelFault(text) is { Length: > 0 } fault ? Invalid(text, "namespace", fault)
            : text;
    }

    /// <summary>A key of a Secret.</summary>
    /// <returns>The key; or 660.</returns>
    public static Result<string> ParseKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string fault =
            text.Length is 0 or > LongestName ? $"it needs 1 to {LongestName} characters" :
            text.Any(unit => !char.IsAsciiLetterOrDigit(unit) && unit is not ('-' or '_' or '.'))
                ? "it has other characters than letters, digits, '-', '_' and '.'" :
            text == "." || text.StartsWith("..", StringComparison.Ordinal) ? "it is '.' or starts with '..'" : string.Empty;
        return fault.Length == 0 ? text : Invalid(text, "key of a Secret", fault);
    }

    private static string LabelFault(string label) =>
        label.Length == 0 ? "it is empty, or a part between dots is" :
        label.Any(unit => !char.IsAsciiLetterLower(unit) && !char.IsAsciiDigit(unit) && unit != '-')
            ? "it has other characters than lower-case letters, digits and '-'" :
        label[0] == '-' || label[^1] == '-' ? "it, or a part between dots, starts or ends with '-'" : string.Empty;

    private static Failure Invalid(string text, string what, string fault) =>
        Failure.Of(
            DiagnosticDescriptors.KubernetesNameInvalid,
            PrintableText.Ascii(text, 80), what, fault);
}
