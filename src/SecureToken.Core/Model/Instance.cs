using System.Buffers;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Model;

/// <summary>A Workload Protection instance that is known.</summary>
/// <param name="Id">Its GUID, lower case with hyphens: the value of the <c>IBMInstanceID</c> header.</param>
/// <param name="Region">Its region, where it is known.</param>
public sealed record Instance(string Id, string? Region)
{
    /// <summary>The GUID.</summary>
    public override string ToString() => Id;
}

/// <summary>An instance as the user names it: by its GUID or CRN, or by a name that has to be looked up.</summary>
public sealed record InstanceSelector
{
    private static readonly SearchValues<char> NameAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -._");

    /// <summary>The most characters that a name has.</summary>
    private const int LongestName = 180;

    /// <summary>An instance that is known.</summary>
    public InstanceSelector(Instance known) => Known = known;

    private InstanceSelector(string name) => Name = name;

    /// <summary>The instance; null while it is only a name.</summary>
    public Instance? Known { get; }

    /// <summary>The name that has to be looked up; null when the instance is known.</summary>
    public string? Name { get; }

    /// <summary>The GUID, or the name as it was given.</summary>
    public string IdOrName => Known?.Id ?? Name!;

    /// <summary>Reads a GUID, a CRN (<c>crn:v1:bluemix:public:sysdig-secure:REGION:a/ACCOUNT:GUID::</c>) or a name.</summary>
    public static Result<InstanceSelector> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        return Guid.TryParseExact(trimmed, "D", out Guid guid) ? new InstanceSelector(new Instance(guid.ToString("D"), null))
            : trimmed.StartsWith("crn:", StringComparison.Ordinal) ? ParseCrn(trimmed)
            : ParseName(trimmed);
    }

    /// <summary>The GUID, or the name in quotes.</summary>
    public override string ToString() => Known?.Id ?? $"'{Name}'";

    private static Result<InstanceSelector> ParseCrn(string crn)
    {
        string[] segments = crn.Split(':');
        if (segments.Length != 10 || !Guid.TryParseExact(segments[7], "D", out Guid guid))
        {
            return Failure.Of(
                DiagnosticDescriptors.InstanceInvalid, PrintableText.Ascii(crn, 160),
                "a CRN has ten parts between colons, the eighth a GUID");
        }

        if (segments[4] != "sysdig-secure")
        {
            string what = segments[4] == "sysdig-monitor"
                ? "it is a Monitoring instance" : $"its service is '{PrintableText.Ascii(segments[4], 160)}', not 'sysdig-secure'";
            return Failure.Of(DiagnosticDescriptors.InstanceInvalid, PrintableText.Ascii(crn, 160), what);
        }

        return new InstanceSelector(new Instance(guid.ToString("D"), segments[5].Length > 0 ? segments[5] : null));
    }

    /// <summary>
    /// What is no name may be anything, also a key that was put in the wrong place: it is not sent to anybody, and only its beginning is
    /// repeated.
    /// </summary>
    private static Result<InstanceSelector> ParseName(string text)
    {
        string? fault =
            text.Length is 0 or > LongestName ? "a name has 1 to 180 characters" :
            text.AsSpan().ContainsAnyExcept(NameAlphabet)
                ? "it is neither a GUID nor a CRN, and a name has only letters, digits, spaces and -._" :
            LooksLikeKey(text) ? "it looks like a credential" : null;
        string shown = text.Length <= 12 ? PrintableText.Ascii(text, 12) : PrintableText.Ascii(text, 4) + "...";
        return fault is null ? new InstanceSelector(text) : Failure.Of(DiagnosticDescriptors.InstanceInvalid, shown, fault);
    }

    /// <summary>An API key has 44 letters of several kinds, an IAM token begins with an encoded brace; a name has neither.</summary>
    private static bool LooksLikeKey(string text) =>
        text.StartsWith("eyJ", StringComparison.Ordinal)
        || (text.Length >= 40 && !text.Contains(' ', StringComparison.Ordinal) && text.Any(char.IsAsciiLetterUpper)
            && text.Any(char.IsAsciiLetterLower) && text.Any(char.IsAsciiDigit));
}
