namespace SecureToken.Tool.Commands;

/// <summary>The help text below the options of each command.</summary>
internal static class HelpTexts
{
    public const string Application = """

        Examples:
          dotnet sectoken inject --project src/Api                 write to the project's user-secrets
          dotnet sectoken inject --dotenv deploy/api.env           write to a file for a shell or a container
          dotnet sectoken get | some-program --token-stdin         print only the token to standard output
          dotnet sectoken status --all                             find copies that are not current, in any repository
          dotnet sectoken reset                                    reset the token and update every copy
          dotnet sectoken run -- dotnet test                       run a program with the token in its environment

        Settings come from options, then from the environment: SECTOKEN_REGION or SECTOKEN_ENDPOINT,
        SECTOKEN_INSTANCE, SECTOKEN_TEAM, SECTOKEN_API_KEY (or IBMCLOUD_API_KEY; '@path' reads a file).

        Exit status: 0 done, 1 unexpected error, 10 usage or settings, 11 not authenticated, 12 service or network
        unavailable, 13 refused or wrong team, 14 a copy is not the current token, 15 some destinations not
        updated, 16 the old token is still accepted after a reset, 17 local file or lock, 130 interrupted, 143 terminated.

        """;

    public const string Init = """

        Settings come from options and the environment; init asks for the rest,
        and offers the instances and teams that the credential can see. Without a
        terminal it does not ask: a missing setting is an error that names its
        option. Region, credential, instance and team are checked with the service
        before the file is written. If the service cannot be reached, or there is
        no credential yet, init warns and writes the file.

        The file contains no secret, so it can be committed. If the project has no
        UserSecretsId or no reference to SecureToken.Build, init shows the commands
        that add them ('dotnet user-secrets init', 'dotnet add package'), and runs
        them if you agree. A build reads the file too. A file of a destination that
        git does not ignore gets a line in .gitignore, if you agree.

        Examples:
          dotnet sectoken init
          dotnet sectoken init --from-environment --project src/Api --yes
          dotnet sectoken init --region eu-de --instance 1b7ad6f0-... --team payments --project src/Api --yes
          dotnet sectoken init --region eu-de --instance prod --team payments --dotenv deploy/api.env

        """;

    public const string Inject = """

        Writes the team's current token to each destination and changes no other byte of it. Without a
        destination, the nearest sectoken.json is used, else the project in the current directory. With a
        sectoken.json or a solution, --team selects one team.

        Examples:
          dotnet sectoken inject                                all destinations in the repository's sectoken.json
          dotnet sectoken inject App.slnx --dry-run             the user-secrets of a solution's projects
          dotnet sectoken inject --region eu-de --instance 1b7ad6f0-... --team payments --project src/Api
          dotnet sectoken inject --dotenv deploy/api.env --name SYSDIG_SECURE_API_TOKEN
          dotnet sectoken inject --dotenv .env --json-file appsettings.Local.json --api-key-file ~/key.json
          dotnet sectoken inject --kubernetes deploy/sysdig.yaml --secret prod/sysdig:token
          pass show ibmcloud/key | dotnet sectoken inject --api-key-stdin
          dotnet sectoken inject --token-stdin --dotenv api.env   a token that you copied from the UI; no credential

        """;

    public const string Config = """

        Options override the environment, and the environment overrides the nearest sectoken.json. A credential
        is never shown, only its source. No request is sent.

        Examples:
          dotnet sectoken config
          dotnet sectoken config --schema > sectoken.schema.json

        """;

    public const string Completion = """

        The script completes 'dotnet sectoken' and 'dotnet-sectoken': commands,
        options, their values, and the names of your teams, which are cached for
        five minutes. With a local tool manifest the shell completes in the
        repository; write 'dotnet sectoken' in the line below, too.

        Examples:
          eval "$(dotnet-sectoken completion bash)"            in ~/.bashrc
          eval "$(dotnet-sectoken completion zsh)"             in ~/.zshrc, after compinit
          dotnet-sectoken completion fish | source             in config.fish
          dotnet-sectoken completion powershell | Out-String | Invoke-Expression

        """;

    public const string Get = """

        Prints the token on standard output, and nothing else. In a pipe or file there is no line break after
        it, because most readers take it as a part of the value; --newline adds one. On a terminal it requires
        --reveal, and adds a line break.

        Examples:
          dotnet sectoken get --team payments | docker secret create sysdig-token -
          dotnet sectoken get | kubectl create secret generic sysdig --from-file=token=/dev/stdin

        """;

    public const string Reset = """

        A reset invalidates the old token immediately. So every destination is
        checked first: it is locked, and a trial file is written next to it. Then
        the command guides you to the button (Settings > User Profile > Sysdig
        Secure API > Reset Token). When the new token is available, it is written
        to every destination and read back, and the old token is checked until it
        is rejected. The receipt is appended to resets.jsonl in the state directory
        (~/.local/state/sectoken).

        Ctrl+C before the token has changed changes nothing. After that, nothing
        is rolled back; --resume finishes a reset that was interrupted.

        The service documents no request that resets a token. If you know one,
        --request (or "reset" in sectoken.json) sends it exactly once instead of
        guiding you to the button.

        --token-stdin needs no credential: the old token is read from the copies,
        and you paste the new one after you have pressed the button.

        Examples:
          dotnet sectoken reset                     the token in the sectoken.json here
          dotnet sectoken reset --rehearse          everything except the reset itself
          dotnet sectoken reset --team payments --all-known
          dotnet sectoken reset --dotenv api.env --request "POST /api/..." --yes --json
          dotnet sectoken reset --html reset.html   the receipt as a page, too
          dotnet sectoken reset --resume
          dotnet sectoken reset --token-stdin       you paste the new token

        """;

    public const string Run = """

        Runs the program after '--' with the token in its environment, and writes the token to no file. Output
        to a terminal is unchanged; in output to a pipe or file the token is masked. Signals are forwarded to
        the program. Where nothing is masked, the program replaces this process.

        Masked: the token as it is and in upper or lower case, in base64 and hexadecimal (also wrapped into
        lines), in UTF-16, and with the escapes of URLs and JSON. Not masked: a token that the program
        compresses, encrypts, hashes or reverses, writes with something between its characters (a hex dump in
        columns), or sends elsewhere than to its output.

        Examples:
          dotnet sectoken run -- dotnet run --project src/Api
          dotnet sectoken run --name SYSDIG_SECURE_API_TOKEN -- sysdig-cli-scanner alpine:3
          dotnet sectoken run --team payments --name PAY --team checkout --name SHOP -- ./smoke-test.sh
          dotnet sectoken run --template "Bearer {token}" --name AUTHORIZATION -- npm test | tee log

        With --on-reset the token is polled every minute, and a reset is detected. 'restart' stops the program
        (SIGTERM, after 10 s SIGKILL) and starts it with the new token once that is verified. 'exit' stops it,
        for a supervisor that starts everything again. 'signal' sends a signal; the program keeps its old
        environment, so it must read a file again that 'watch' or another destination keeps current. Windows has
        no signals: there 'restart' and 'exit' end the program at once, and 'signal' is refused.

          dotnet sectoken run --on-reset restart -- dotnet Api.dll
          dotnet sectoken run --on-reset signal --signal USR1 -- ./agent --env-file deploy/api.env

        Exit status: that of the program; 128 plus the signal's number when a signal ended it; 75 stopped after
        a reset (--on-reset exit); 125 failed before the program ran, or the program exited with 0 and some of
        its output could not be written; 126 not executable, 127 not found.

        """;

    public const string Status = """

        Compares each copy with the token that the service returns now, by
        fingerprint:
          current      it is the current token
          stale        it is another value
          missing      there is no value
          unreadable   it cannot be read
          sent         it was sent to a program and cannot be read back
          unknown      it cannot be read back, and it was never sent
          job-scoped   it ends with its job (pipelines)
        With --all also:
          deleted      the file was deleted; no copy is left
          unreachable  its directory does not exist now

        Exit status 14 when a copy is not the current token; 12 when the service
        is not available: then the copies are compared with the ledger, as with
        --offline.

        Examples:
          dotnet sectoken status               all destinations in the sectoken.json here
          dotnet sectoken status --project src/Api --json
          dotnet sectoken status --all | less  every copy that your runs have written
          dotnet sectoken status --all --html status.html   a page for a browser

        """;

    public const string Doctor = """

        Checks every step from the settings to a written copy, and prints what it
        found and how long it took: settings, state directory, credential, IAM,
        clock, service, instance, team, token, proof of team, each destination. It
        also finds out which team header the instance uses and whether each team
        has a token of its own. It writes nothing, and sends only requests that
        read.

        The report contains no secret and can be pasted into a bug report. It
        contains hosts, ids, teams and paths.

        Exit status 0, or that of the first step that failed.

        Examples:
          dotnet sectoken doctor
          dotnet sectoken doctor --project src/Api --json

        """;

    public const string Ledger = """

        The tool and the build package remember every destination they have written:
        fingerprints, paths and times, no secret. 'list' shows whether each file
        exists, is deleted, or is unreachable (its directory does not exist now, for
        example because a disk is not mounted). The next inject for the team removes
        deleted files from the ledger. A deleted directory looks like an unmounted
        disk: forget it by its path.

        Examples:
          dotnet sectoken ledger list
          dotnet sectoken ledger forget ~/src/old-project
          dotnet sectoken ledger forget --gone

        """;

    public const string Forget = """

        Removes the team's token from the user-secrets and files that the options
        or the sectoken.json specify, and from the ledger. A value is removed only
        if the ledger knows it or if it is the current token. Every other value and
        byte stays. No file is deleted: a file that held nothing else is left empty.
        A destination that is not a file (a command) keeps its copy. The next inject
        or build writes the copies again.

        Examples:
          dotnet sectoken forget --project src/Api
          dotnet sectoken forget sectoken.json --team payments --yes

        """;

    public const string Teams = """

        Lists the teams of the identity, and requests each token once to see whether the identity can read it.
        No token is shown or stored. With --team, only that team.

        Examples:
          dotnet sectoken teams --region eu-de --instance 1b7ad6f0-...
          dotnet sectoken teams --instance my-instance --json

        """;

    public const string Watch = """

        Updates every destination, like inject; then polls the token every minute,
        and updates the destinations again when someone has reset it. Nothing is
        written before the new token is verified. While the service is unavailable,
        the interval grows up to ten minutes, or to what the service asks for; one
        line reports the outage, and one its end. SIGTERM and SIGINT stop it with
        exit status 0. A wrong setting or credential stops it only at the start.

        With --once it checks once. Exit status 0 when nothing had to be done or
        everything was updated (no output, or one line per team), else that of
        inject. A copy that was not current is no failure after the update.

        Examples:
          dotnet sectoken watch --interval 30
          dotnet sectoken watch --once         for cron, or a scheduled CI job

        """;
}
