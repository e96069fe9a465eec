using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Service;

/// <summary>A Workload Protection instance.</summary>
/// <param name="Id">Its GUID, lower case with hyphens: the value of the <c>IBMInstanceID</c> header.</param>
/// <param name="Region">Its region, known when it was named by its CRN.</param>
public sealed record Instance(string Id, string? Region)
{
    /// <summary>Reads a GUID or a CRN (<c>crn:v1:bluemix:public:sysdig-secure:REGION:a/ACCOUNT:GUID::</c>).</summary>
    public static Result<Instance> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        if (Guid.TryParseExact(trimmed, "D", out Guid guid))
        {
            return new Instance(guid.ToString("D"), null);
        }

        string[] segments = trimmed.Split(':');
        if (segments[0] != "crn")
        {
            return Failure.Of(Known.InstanceInvalid, Shorten(trimmed), "it is neither a GUID nor a CRN");
        }

        if (segments.Length != 10 || !Guid.TryParseExact(segments[7], "D", out guid))
        {
            return Failure.Of(Known.InstanceInvalid, Shorten(trimmed), "a CRN has ten parts between colons, the eighth a GUID");
        }

        if (segments[4] != "sysdig-secure")
        {
            string what = segments[4] == "sysdig-monitor" ? "it is a Monitoring instance" : $"its service is '{Printable(segments[4])}', not 'sysdig-secure'";
            return Failure.Of(Known.InstanceInvalid, Shorten(trimmed), what);
        }

        return new Instance(guid.ToString("D"), segments[5].Length > 0 ? segments[5] : null);
    }

    /// <summary>The GUID.</summary>
    public override string ToString() => Id;

    /// <summary>What is no CRN may be anything, also a key that was put in the wrong place: only its beginning is repeated.</summary>
    private static string Shorten(string text) => text.StartsWith("crn:", StringComparison.Ordinal) || text.Length <= 12 ? Printable(text) : Printable(text[..4]) + "...";

    private static string Printable(string text) => new([.. text.Take(160).Where(character => character is >= ' ' and <= '~')]);
}
