using System.Globalization;
using SecureToken.Emulator.Hosting;

namespace SecureToken.Emulator.Cli;

/// <summary>What is written when the emulator is ready: assignments that a shell can source or a program can parse.</summary>
internal static class ReadyMessage
{
    public static string Of(EmulatorServer server, string apiKeyPath, CommandLine commandLine)
    {
        var address = server.BaseUrl.GetLeftPart(UriPartial.Authority);
        var teams = string.Join(", ", server.Teams.Select(team => string.Create(CultureInfo.InvariantCulture, $"{team.Name}={team.Id}")));
        var authority = commandLine.AuthorityFile is { } file ? $"SECTOKEN_CA_BUNDLE={Quoted(file)}\n" : string.Empty;
        var compute = commandLine.ComputeTokenFile is { } token
            ? $"# a compute resource: IBMCLOUD_CR_TOKEN={Quoted("@" + token)} IBMCLOUD_CR_PROFILE={server.ProfileId}\n"
            : string.Empty;
        var identities = string.Concat(commandLine.Identities.Select(identity => LineOf(identity, server)));
        return $"""
            SECTOKEN_ENDPOINT={address}
            SECTOKEN_IAM_ENDPOINT={address}
            SECTOKEN_RESOURCE_CONTROLLER={address}
            SECTOKEN_INSTANCE={server.InstanceId}
            SECTOKEN_API_KEY={Quoted("@" + apiKeyPath)}
            {authority}{compute}{identities}# ready: teams {teams}; settings page {address}/#/settings/user

            """.ReplaceLineEndings("\n");
    }

    private static string LineOf(IdentityArgument identity, EmulatorServer server)
    {
        var known = server.Identities.First(each => each.Name == identity.Name);
        var credential = identity.KeyFile is { } file
            ? "SECTOKEN_API_KEY=" + Quoted("@" + file)
            : "IBMCLOUD_CR_PROFILE=" + known.IamId!["iam-".Length..];
        return $"# identity {known}: {credential}\n";
    }

    /// <summary>Quotes only what a shell would otherwise take apart, so that a plain path can be parsed without unquoting.</summary>
    private static string Quoted(string value) =>
        value.All(character => char.IsAsciiLetterOrDigit(character) || "@/._-+:,%".Contains(character, StringComparison.Ordinal))
            ? value
            : "'" + value.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
