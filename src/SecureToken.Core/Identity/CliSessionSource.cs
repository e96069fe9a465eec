using SecureToken.Core.Diagnostics;
using SecureToken.Core.Processes;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>
/// The session of someone who has logged in with the <c>ibmcloud</c> program. The program is asked, because it refreshes and locks; its
/// configuration file is never read.
/// </summary>
internal sealed class CliSessionSource : ICredentialSource
{
    public const string Kind = "cli";

    public string Name => Kind;

    public string Needs => "there is no program 'ibmcloud' in an absolute directory of PATH";

    public IEnumerable<string> Given(CredentialOptions options) => [];

    public Result<Credential?> Find(CredentialSearch search)
    {
        Result<string> program = ProgramSearch.Find("ibmcloud", search.Environment, search.Options.BaseDirectory);
        return program.Failure is null ? new CliSessionCredential(program.Value, search)
            : program.Failure.Descriptor == DiagnosticDescriptors.ProgramNotFound ? (Credential?)null
            : Failure.Of(DiagnosticDescriptors.CliUnusable, "The program 'ibmcloud'", program.Failure.Message.TrimEnd('.'));
    }
}

/// <summary>The session of the <c>ibmcloud</c> program.</summary>
public sealed class CliSessionCredential : Credential
{
    private static readonly string[] Homes = ["IBMCLOUD_CONFIG_HOME", "IBMCLOUD_HOME", "HOME", "USERPROFILE"];
    private readonly CliProgram _program;
    private readonly string _home;

    internal CliSessionCredential(string path, CredentialSearch search)
        : base(CliSessionSource.Kind, path)
    {
        _program = new CliProgram(path, [.. Named(search.Options.ApiKeyVariable), .. Named(search.Options.IamTokenVariable)]);
        _home = string.Join('\n', Homes.Select(name => search.Environment(name)));

        static string[] Named(string? variable) => variable is null ? [] : [variable];
    }

    /// <summary>
    /// Whose session it is cannot be told without starting the program, so the fingerprint is that of the place where it keeps sessions.
    /// </summary>
    public override Fingerprint Fingerprint => Fingerprint.OfIdentity($"{this}\n{_home}");

    internal override Task<Result<IamToken>> ObtainAsync(IamClient iam, CancellationToken cancellation) =>
        _program.ObtainAsync(iam.Transport, cancellation);
}
