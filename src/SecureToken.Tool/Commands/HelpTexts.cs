namespace SecureToken.Tool.Commands;

/// <summary>What help says below the options.</summary>
internal static class HelpTexts
{
    public const string Application = """

        Examples:
          dotnet sectoken inject --project src/Api                 the project's user-secrets
          dotnet sectoken inject --dotenv deploy/api.env           a file for a shell or a container
          dotnet sectoken get | some-program --token-stdin         the token alone, on standard output
          dotnet sectoken status --all                             which copies are not current, wherever they are
          dotnet sectoken reset                                    a new token, and every copy follows
          dotnet sectoken run -- dotnet test                       a program with the token in its environment

        Settings come from options, then from the environment: SECTOKEN_REGION or SECTOKEN_ENDPOINT,
        SECTOKEN_INSTANCE, SECTOKEN_TEAM, SECTOKEN_API_KEY (or IBMCLOUD_API_KEY; '@path' names a file).

        Exit status: 0 done, 1 unexpected, 10 usage or settings, 11 not authenticated, 12 service or network
        unavailable, 13 refused or wrong team, 14 a copy is not the current token, 15 some destinations not
        updated, 16 the old token is still accepted after a reset, 17 local file or lock, 130 interrupted, 143 terminated.

        """;

    public const string Init = """

        What options and environment give is taken; the rest is asked, with the
        instances and teams that the credential may see to choose from. Without a
        terminal nothing is asked: what is missing is an error that names its
        option. When all is given, nothing is requested.

        The file holds no secret and is made to be committed. Whether the project
        gets a UserSecretsId and a reference to SecureToken.Build is asked too;
        text is put in, and every other byte of the project file stays.

        Examples:
          dotnet sectoken init
          dotnet sectoken init --region eu-de --instance 1b7ad6f0-... --team payments --project src/Api --yes
          dotnet sectoken init --region eu-de --instance prod --team payments --dotenv deploy/api.env

        """;

    public const string Inject = """

        Brings each destination to the team's current token and touches no byte that need not change.
        Without a destination, the nearest sectoken.json is meant, else the project here. Of a sectoken.json
        or a solution, --team picks one team.

        Examples:
          dotnet sectoken inject                                all that the repository's sectoken.json names
          dotnet sectoken inject App.slnx --dry-run             the user-secrets of a solution's projects
          dotnet sectoken inject --region eu-de --instance 1b7ad6f0-... --team payments --project src/Api
          dotnet sectoken inject --dotenv deploy/api.env --name SYSDIG_SECURE_API_TOKEN
          dotnet sectoken inject --dotenv .env --json-file appsettings.Local.json --api-key-file ~/key.json
          dotnet sectoken inject --kubernetes deploy/sysdig.yaml --secret prod/sysdig:token
          pass show ibmcloud/key | dotnet sectoken inject --api-key-stdin

        """;

    public const string Config = """

        Options stand above the environment, the environment above the nearest sectoken.json. A credential is
        never shown, only where it comes from. Nothing is requested.

        Examples:
          dotnet sectoken config
          dotnet sectoken config --schema > sectoken.schema.json

        """;

    public const string Completion = """

        The script asks the tool for what fits where the cursor is: commands, options,
        regions, and the names of your teams, which are remembered for five minutes.

        Examples:
          eval "$(dotnet-sectoken completion bash)"            in ~/.bashrc
          eval "$(dotnet-sectoken completion zsh)"             in ~/.zshrc, after compinit
          dotnet-sectoken completion fish | source             in config.fish
          dotnet-sectoken completion powershell | Out-String | Invoke-Expression

        """;

    public const string Get = """

        Prints the token on standard output, and nothing else. A pipe or file gets no line feed, because most
        readers take it for a part of the value, unless --newline is given. A terminal is refused unless
        --reveal is given; it gets a line feed.

        Examples:
          dotnet sectoken get --team payments | docker secret create sysdig-token -
          dotnet sectoken get | kubectl create secret generic sysdig --from-file=token=/dev/stdin

        """;

    public const string Reset = """

        The old token dies the moment a new one is made, so everything is proven
        ready first: each destination is locked, and written beside its place. Then
        you are led to the button (Settings > User Profile > Sysdig Secure API >
        Reset Token). When the new token is there, every destination is brought to
        it and read back, and the old one is asked until it is refused. The receipt
        is kept in resets.jsonl in the state directory (~/.local/state/sectoken).

        Ctrl+C before the token has changed leaves everything as it was. After that
        nothing turns back; what a crash interrupts is finished with --resume.

        The service documents no request that resets. Where you know one, --request
        (or "reset" in sectoken.json) sends it exactly once instead of leading you.

        Examples:
          dotnet sectoken reset                     the token of the sectoken.json here
          dotnet sectoken reset --rehearse          everything but the reset itself
          dotnet sectoken reset --team payments --all-known
          dotnet sectoken reset --dotenv api.env --request "POST /api/..." --yes --json
          dotnet sectoken reset --resume

        """;

    public const string Run = """

        Runs the program that stands after '--' with the token in its environment, and writes it nowhere. What
        the program prints on a terminal is untouched; in a pipe or file the token is masked. Signals reach it.
        Where nothing is masked, the program takes the place of this process.

        Masked: the token as it is and in upper or lower case, in base64 and hexadecimal (also wrapped into
        lines), in UTF-16, and with the escapes of URLs and JSON. Not masked: a token that the program
        compresses, encrypts, hashes or reverses, writes with something between its characters (a hex dump in
        columns), or sends elsewhere than to its output.

        Examples:
          dotnet sectoken run -- dotnet run --project src/Api
          dotnet sectoken run --name SYSDIG_SECURE_API_TOKEN -- sysdig-cli-scanner alpine:3
          dotnet sectoken run --team payments --name PAY --team checkout --name SHOP -- ./smoke-test.sh
          dotnet sectoken run --template "Bearer {token}" --name AUTHORIZATION -- npm test | tee log

        With --on-reset the token is asked for every minute, and a reset is noticed: 'restart' ends the program
        (SIGTERM, after 10 s SIGKILL) and starts it with the new token, once that is proven; 'exit' ends it, for
        a supervisor that starts all of it again; 'signal' sends a signal. A signalled program keeps its old
        environment: it is for one that reads a file again, which 'watch' or another destination keeps current.

          dotnet sectoken run --on-reset restart -- dotnet Api.dll
          dotnet sectoken run --on-reset signal --signal USR1 -- ./agent --env-file deploy/api.env

        Exit status: the program's; 128 and the signal's number when a signal ended it; 75 ended because of a
        reset (--on-reset exit); 125 failed before the program ran, or the program ended with 0 and some of its
        output could not be written; 126 it cannot be executed, 127 not found.

        """;

    public const string Status = """

        Compares what each destination holds with the token that the service tells
        now, by fingerprint:
          current     it is the token
          stale       it is something else
          missing     there is none
          unreadable  it cannot be read
          sent        it was sent there; nobody can read it back
          unknown     nobody can read it back, and it was never sent
          passing     it ends with its job (pipelines)
        With --all also:
          gone        it was removed since; no copy is left
          away        its directory is not there now

        Exit status 14 when a copy is not the token; 12 when the service cannot be
        asked: then the copies are compared with what the ledger knows, as with
        --offline.

        Examples:
          dotnet sectoken status               all that the sectoken.json here names
          dotnet sectoken status --project src/Api --json
          dotnet sectoken status --all | less  every copy that your runs have made

        """;

    public const string Doctor = """

        Goes every step from the settings to a written copy and says what it found,
        how long it took and whether it is in order: settings, state directory,
        credential, IAM, clock, service, instance, team, token, proof of team, each
        destination. It also finds out which team header the instance obeys and
        whether each team has a token of its own. Nothing is written, and what is
        asked of the service is only read.

        The report has no secret in it and can be pasted into a bug report; it
        names hosts, ids, teams and paths.

        Exit status 0, or that of the first step that failed.

        Examples:
          dotnet sectoken doctor
          dotnet sectoken doctor --project src/Api --json

        """;

    public const string Ledger = """

        Every run of the tool and of the build package remembers where it has put a
        copy: fingerprints, places and times, no secret. 'list' says whether a file
        is there, gone (removed) or away (its directory is not there now: perhaps a
        disk that is not mounted). What is gone is forgotten by the next inject of
        its team. A deleted directory looks like a disk that is not mounted: forget
        it with its path.

        Examples:
          dotnet sectoken ledger list
          dotnet sectoken ledger forget ~/src/old-project
          dotnet sectoken ledger forget --gone

        """;

    public const string Forget = """

        Takes the team's token out of the user-secrets and files that the options
        or the sectoken.json name, and out of the ledger. A value is removed only
        when the ledger knows it or it is the current token; another one stays, and
        so does every other byte. No file is deleted: one that held nothing else is
        empty then. What is no file (a command) keeps its copy. The next inject or
        build brings the copies back.

        Examples:
          dotnet sectoken forget --project src/Api
          dotnet sectoken forget sectoken.json --team payments --yes

        """;

    public const string Teams = """

        Lists the teams that the identity is a member of, and asks for each token once to see whether it can be
        read; no token is shown or kept. With --team only that team.

        Examples:
          dotnet sectoken teams --region eu-de --instance 1b7ad6f0-...
          dotnet sectoken teams --instance my-instance --json

        """;

    public const string Watch = """

        Brings every destination to the token, like inject; then asks for the token
        every minute, and injects again when somebody has reset it. Nothing is
        written before the new token is proven. While the service cannot be asked
        the pauses grow up to ten minutes, or as long as the service wishes; it is
        told once, and once more when it is over. SIGTERM and SIGINT end it with
        exit status 0. A wrong setting or credential ends it at the beginning only.

        With --once it looks once: exit status 0 when nothing was to be done and
        when it was done (in silence, or with a line for each team), else that of
        inject; a copy that was not current is no failure once it is.

        Examples:
          dotnet sectoken watch --interval 30
          dotnet sectoken watch --once         for cron, or a scheduled CI job

        """;
}
