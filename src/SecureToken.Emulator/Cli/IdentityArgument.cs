namespace SecureToken.Emulator.Cli;

/// <summary>The value of <c>--identity</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="KeyFile">The file with the API key; null for a trusted profile, which has none.</param>
/// <param name="Kind">What it is.</param>
internal sealed record IdentityArgument(string Name, string? KeyFile, EmulatorIdentityKind Kind)
{
    private const string Expected =
        "--identity takes NAME=KEYFILE, NAME=KEYFILE:service-id or NAME:trusted-profile";

    /// <exception cref="UsageException">The value makes no sense.</exception>
    public static IdentityArgument Parse(string value)
    {
        // A colon can be a part of a path, so only a known kind behind the last one counts.
        var colon = value.LastIndexOf(':');
        var isKind = IdentityKindNames.Kinds.TryGetValue(value[(colon + 1)..], out var kind) && colon > 0;
        var rest = isKind ? value[..colon] : value;
        if (isKind && kind == EmulatorIdentityKind.TrustedProfile)
        {
            return rest.Contains('=', StringComparison.Ordinal)
                ? throw new UsageException(Expected)
                : new IdentityArgument(rest, null, kind);
        }

        return rest.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } file]
            ? new IdentityArgument(name, CommandLine.FullPath("--identity", file), isKind ? kind : EmulatorIdentityKind.User)
            : throw new UsageException(Expected);
    }

    public EmulatorIdentity WithKey() => new(Name, Kind) { ApiKey = KeyFile is null ? null : ApiKeyFile.KeyIn(KeyFile) };
}
