using System.Globalization;

namespace SecureToken.Emulator;

/// <summary>What a path of the service answers instead of its own answer, until it is taken back.</summary>
/// <param name="Path">The exact path, such as <c>/api/users/me</c>.</param>
/// <param name="Answer">
/// A status from 400 to 599; <c>html</c> for a web page with status 200; both, as in <c>405-html</c>; or <c>no-team</c>, which
/// leaves <c>currentTeam</c> out of the answer about a user.
/// </param>
/// <param name="Credential">Only for requests with a Secure token (<c>token</c>) or an IAM token (<c>iam</c>); null for all.</param>
public sealed record EmulatorAnswer(string Path, string Answer, string? Credential = null)
{
    internal const string Expected = "a status from 400 to 599, such a status with -html, html, or no-team";
    internal const string WithoutTeam = "no-team";

    private const string Page = "html";
    private const string PageSuffix = "-" + Page;

    internal bool IsPage => Answer.EndsWith(Page, StringComparison.Ordinal);

    /// <summary>The status, or null for an answer that has none of its own.</summary>
    internal int? Status =>
        Answer == Page ? StatusCodes.Status200OK
        : int.TryParse(StatusText, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status
        : null;

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Fault =>
        !Path.StartsWith('/') || Path.Any(char.IsControl) ? "the path of an answer begins with /"
        : Credential is not (null or "iam" or "token") ? "the credential of an answer is iam or token"
        : Answer is Page or WithoutTeam || Status is >= 400 and <= 599 ? null
        : $"an answer is {Expected}";

    private string StatusText => Answer.EndsWith(PageSuffix, StringComparison.Ordinal) ? Answer[..^PageSuffix.Length] : Answer;
}
