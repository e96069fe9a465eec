namespace SecureToken.Emulator.Cli;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    public const string Text = """
        A local stand-in for IBM IAM and the Workload Protection (Sysdig Secure) token API.

        Usage: dotnet run --project src/SecureToken.Emulator -- [options]

          --port N                    port on 127.0.0.1; 0 (default) takes a free one
          --team NAME=ID              a team; repeatable. Secure Operations=30785 is added as the default team
          --api-key-file FILE         read the API key from FILE, or create FILE with a new one;
                                      without it a private temporary file is used until the emulator stops
          --identity NAME=FILE[:KIND] an identity with the API key in FILE, made if missing; KIND is user (default) or service-id;
                                      repeatable. Without a user, Emulated User is there, with --api-key-file
          --identity NAME:trusted-profile
                                      a trusted profile for the compute resource, or for whoever assumes it; repeatable
          --token-per SCOPE           whose a token is: identity (and team), or team; identity when --identity is given
          --instance GUID             instance id; random unless given
          --latency MS                hold back every answer
          --instance-name NAME=GUID   another instance that the resource controller lists; repeatable
          --ca-file FILE              serve https; write the certificate of the authority to trust to FILE
          --compute-token FILE        write the token of the emulated compute resource to FILE
          --iam-only                  refuse tokens, like an instance with external_api_auth=IAM_ONLY
          --team-header MODE          header the service obeys: both (default), sysdig, plain, none
          --iam-token-lifetime SECS   1 to 3600 (default)
          --iam-error NAME            IAM refuses every request: account-locked, mfa, or a code such as BXNIM0462E
          --answer PATH=ANSWER        PATH answers with a status, a status with -html, html, or no-team (without currentTeam); repeatable
          --reset-route "METHOD PATH" a request that resets, such as "POST /api/token/reset"; none is documented, so none by default
          --old-token-lives MS        how long a reset leaves the old token accepted: 0 (default), or forever
          --new-token-after MS        how long after a reset the new token is not accepted yet; 0 by default
          --ready-file FILE           when ready, write to FILE what is written to standard output
          --verbose                   one line per request on standard error
          --help                      this text

        Steer it while it runs:
          /#/settings/user            the settings page, for a browser: Copy and Reset Token
          GET  /emulator/requests     what was asked, without secrets
          GET  /emulator/counts
          POST /emulator/reset/TEAM?identity=NAME
               id or name; the old token of the identity dies, by default of who is logged in to the page
          GET  /emulator/identities   who there is
          GET  /emulator/session      who is logged in to the page, in which team
          POST /emulator/session?identity=NAME&team=TEAM    logs in, selects a team
          POST /emulator/press?identity=NAME&team=TEAM      the same, then presses Reset Token
          POST /emulator/answer?path=PATH&answer=ANSWER|normal&credential=token|iam
          POST /emulator/fail?count=N&kind=KIND&path=PREFIX&method=METHOD&takesEffect=true|false
               the next N requests go wrong; with takesEffect=true they are carried out, and only the answer is lost;
               effectAfter=MS carries them out later. KIND:
               status (default; status=S&retryAfter=SECS&location=URL), close, rst, timeout, cut (bytes=N of the answer)
          POST /emulator/settings?iamOnly=true|false&teamHeader=MODE&latency=MS&oldTokenLives=MS|forever&newTokenAfter=MS
               &iamError=NAME|none

        Exit codes: 0 stopped, 1 cannot listen, 10 bad options, 17 a file cannot be read or written.
        """;
}
