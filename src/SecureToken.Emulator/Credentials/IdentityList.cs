using System.Security.Cryptography;
using System.Text;

namespace SecureToken.Emulator.Credentials;

/// <summary>Whom IAM knows: at least one user and one trusted profile, no two alike.</summary>
internal sealed class IdentityList
{
    private const int FirstUserId = 80211;
    private const string IbmIdAlphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";

    public IdentityList(IReadOnlyList<EmulatorIdentity> given, string? apiKey, string profileName)
    {
        ArgumentNullException.ThrowIfNull(given);
        var hasUser = given.Any(identity => identity.Kind == EmulatorIdentityKind.User);
        if (hasUser && apiKey is not null)
        {
            throw new ArgumentException("The API key is that of the user who is there when none is given; give each user its own.");
        }

        EmulatorIdentity[] user = hasUser
            ? []
            : [new EmulatorIdentity("Emulated User") { ApiKey = apiKey, Email = "emulator@example.com" }];
        All = [.. user.Concat(given).Append(new EmulatorIdentity(profileName, EmulatorIdentityKind.TrustedProfile)).Select(Complete)];
        Require(All.All(identity => IsPrintable(identity.Name)), "An identity needs a name without control characters.");
        Require(AreDistinct(identity => identity.Name), "Two identities have the same name.");
        Require(AreDistinct(identity => identity.UserName), "Two identities have the same address.");
        Require(AreDistinct(identity => identity.IamId), "Two identities have the same IAM id.");
        Require(
            All.Select(identity => identity.ApiKey).OfType<string>().ToArray() is var keys && keys.Distinct().Count() == keys.Length,
            "Two identities have the same API key.");
        Primary = All.First(identity => identity.IsUser);
    }

    /// <summary>In the order in which they were given, the default profile last.</summary>
    public IReadOnlyList<Identity> All { get; }

    /// <summary>The first user: whose API key is announced, and who is logged in at the start.</summary>
    public Identity Primary { get; }

    public IEnumerable<Identity> Users => All.Where(identity => identity.IsUser);

    public IEnumerable<Identity> Profiles => All.Where(identity => identity.Kind == EmulatorIdentityKind.TrustedProfile);

    public IEnumerable<string> ApiKeys => All.Select(identity => identity.ApiKey).OfType<string>();

    public Identity? ByName(string name) => All.FirstOrDefault(identity => string.Equals(identity.Name, name, StringComparison.Ordinal));

    public Identity? ByUserName(string name) =>
        All.FirstOrDefault(identity => string.Equals(identity.UserName, name, StringComparison.OrdinalIgnoreCase));

    public Identity? ByIamId(string? iamId) => All.FirstOrDefault(identity => identity.IamId == iamId);

    public Identity? ByApiKey(string apiKey)
    {
        var given = Encoding.UTF8.GetBytes(apiKey);
        return All.FirstOrDefault(
            identity => identity.ApiKey is { } key && CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(key)));
    }

    private static Identity Complete(EmulatorIdentity given, int index)
    {
        Require(Enum.IsDefined(given.Kind), "There is no such kind of identity.");
        var isProfile = given.Kind == EmulatorIdentityKind.TrustedProfile;
        Require(
            given.ApiKey is null || (!isProfile && !string.IsNullOrWhiteSpace(given.ApiKey)),
            "An API key is not empty, and a trusted profile has none.");
        Require(
            given.IamId is null || given.IamId.IndexOf('-', StringComparison.Ordinal) > 0,
            "An IAM id has a realm, such as IBMid- or iam-ServiceId-.");
        var iamId = given.IamId ?? given.Kind switch
        {
            EmulatorIdentityKind.User => "IBMid-" + RandomNumberGenerator.GetString(IbmIdAlphabet, 10),
            EmulatorIdentityKind.ServiceId => $"iam-ServiceId-{Guid.NewGuid():D}",
            _ => $"iam-Profile-{Guid.NewGuid():D}",
        };
        var userName = given.Kind == EmulatorIdentityKind.User ? given.Email ?? AddressOf(given.Name) : iamId;
        return new Identity(
            given.Name, given.Kind, isProfile ? null : given.ApiKey ?? Credentials.ApiKeys.NewKey(), iamId, userName, FirstUserId + index);
    }

    private static string AddressOf(string name) => name.Contains('@', StringComparison.Ordinal)
        ? name
        : string.Concat(name.ToLowerInvariant().Select(character => char.IsLetterOrDigit(character) ? character : '.')) + "@example.com";

    private static bool IsPrintable(string name) => !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl);

    private bool AreDistinct(Func<Identity, string> part) => All.DistinctBy(part, StringComparer.OrdinalIgnoreCase).Count() == All.Count;

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
