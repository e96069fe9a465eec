namespace SecureToken.Emulator;

/// <summary>A refusal of IAM, for every request for an IAM token until it is taken back.</summary>
/// <param name="Name">How it is ordered: the code, or a word where one code has several meanings.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">IAM's code.</param>
/// <param name="Message">IAM's message.</param>
/// <param name="Requirement">The code in <c>requirements</c>, which tells the meanings of BXNIM0400E apart; null for none.</param>
public sealed record EmulatorIamError(string Name, int Status, string Code, string Message, string? Requirement = null)
{
    private const string ExternalAuthentication = "BXNIM0400E";

    /// <summary>Every refusal there is.</summary>
    public static IReadOnlyList<EmulatorIamError> All { get; } =
    [
        new("account-locked", 401, ExternalAuthentication, "External authentication failed.", "VerificationFailed_AccountLocked"),
        new("mfa", 401, ExternalAuthentication, "External authentication failed.", "MFA_Required"),
        Of(400, "BXNIM0109E", "Property missing or empty."),
        Of(400, "BXNIM0141E", "The user is not a member of the account."),
        Of(400, "BXNIM0407E", "The token is not valid."),
        Of(400, "BXNIM0408E", "The refresh token is expired."),
        Of(400, "BXNIM0410E", "The user could not be found or is not active."),
        Of(400, "BXNIM0415E", "Provided API key could not be found."),
        Of(401, "BXNIM0436E", "The user is suspended in the account."),
        Of(400, "BXNIM0439E", "The session is inactive."),
        Of(400, "BXNIM0462E", "The API key is disabled."),
        Of(403, "BXNIM0513E", "The subject is not authorized."),
        Of(500, "BXNIM0050E", "IAM failed to process the request."),
    ];

    /// <summary>Finds one by its name, or returns null.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The refusal, or null.</returns>
    public static EmulatorIamError? Find(string name) => All.FirstOrDefault(error => error.Name == name);

    private static EmulatorIamError Of(int status, string code, string message) => new(code, status, code, message);
}
