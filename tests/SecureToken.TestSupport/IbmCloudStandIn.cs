using System.Runtime.Versioning;

namespace SecureToken.TestSupport;

/// <summary>A program <c>ibmcloud</c> that writes down how it was called and does what a test wants.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class IbmCloudStandIn
{
    private readonly string _directory;

    /// <summary>Makes the program.</summary>
    /// <param name="directory">Where; nothing else may be in it.</param>
    /// <param name="script">What it does after it has written down its arguments, environment and standard input.</param>
    public IbmCloudStandIn(string directory, string script)
    {
        _directory = Directory.CreateDirectory(directory).FullName;
        Executable.Write(Program, $$"""
            #!/bin/bash
            printf '%s\n' "$@" > '{{_directory}}/arguments'
            env > '{{_directory}}/environment'
            cat > '{{_directory}}/input'
            echo $$ > '{{_directory}}/pid.part'
            mv '{{_directory}}/pid.part' '{{_directory}}/pid'
            {{script}}

            """);
    }

    /// <summary>The directory to put on PATH.</summary>
    public string SearchPath => _directory;

    /// <summary>The program.</summary>
    public string Program => Path.Combine(_directory, "ibmcloud");

    /// <summary>Whether it was started.</summary>
    public bool WasStarted => File.Exists(Path.Combine(_directory, "pid"));

    /// <summary>Its arguments.</summary>
    public string[] Arguments => File.ReadAllLines(Path.Combine(_directory, "arguments"));

    /// <summary>Its environment, as <c>NAME=value</c>.</summary>
    public string[] Environment => File.ReadAllLines(Path.Combine(_directory, "environment"));

    /// <summary>What was on its standard input.</summary>
    public string Input => File.ReadAllText(Path.Combine(_directory, "input"));

    /// <summary>Whether the process, or one that took its number since, ends.</summary>
    public Task<bool> EndsAsync() => OtherProcess.EndsAsync(File.ReadAllText(Path.Combine(_directory, "pid")));

    /// <summary>A script that prints an IAM token as the real program does.</summary>
    public static string Printing(string iamToken) => $$"""printf '{"iam_token": "Bearer %s"}\n' '{{iamToken}}'""";
}
