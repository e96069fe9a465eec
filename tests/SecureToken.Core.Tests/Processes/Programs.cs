using System.Runtime.Versioning;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Processes;
using SecureToken.Core.Secrets;
using SecureToken.TestSupport;
using Xunit;

[assembly: SupportedOSPlatform("linux")]

namespace SecureToken.Core.Tests.Processes;

/// <summary>A directory with small programs for one test, and the PATH that leads to them.</summary>
internal sealed class Programs : IDisposable
{
    public const string Secret = "4f2d7c1e-8b3a-4e6d-9c5f-0a1b2c3d4e5f";

    private readonly TemporaryDirectory _directory = new("programs");
    private readonly Token _token = Token.TryCreate(Encoding.ASCII.GetBytes(Secret))!;

    public Programs()
    {
        Work = _directory.Create("work");
        Bin = _directory.Create("bin");
        Forms = new SecretForms(_token);
    }

    /// <summary>Where the programs run.</summary>
    public string Work { get; }

    /// <summary>Where they are.</summary>
    public string Bin { get; }

    public SecretForms Forms { get; }

    public List<string> Said { get; } = [];

    /// <summary>Makes a program of a shell script.</summary>
    public string Add(string name, string script, string? directory = null, string interpreter = "/bin/sh") =>
        Executable.Write(Path.Combine(directory ?? Bin, name), $"#!{interpreter}\n{script}\n");

    public string? Variable(string name) => name == "PATH" ? Bin + ":/usr/bin:/bin" : Environment.GetEnvironmentVariable(name);

    public string At(string name) => Path.Combine(Work, name);

    public string Read(string name) => File.ReadAllText(At(name));

    public Failure? Run(params string[] line) => Run(line, Secret);

    public Failure? Run(string[] line, string? input, TimeSpan? limit = null, CancellationToken? cancellation = null, Action<ChildEnvironment>? change = null)
    {
        using ChildEnvironment environment = ChildEnvironment.WithoutCredentials();
        change?.Invoke(environment);
        var call = new ProgramCall(line)
        {
            Directory = Work,
            Variables = Variable,
            Environment = environment,
            Secrets = Forms,
            Input = input is null ? null : Encoding.ASCII.GetBytes(input),
            Limit = limit ?? TimeSpan.FromMinutes(1),
            Say = Said.Add,
        };
        return ProgramRun.Run(call, cancellation ?? TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Forms.Dispose();
        _token.Dispose();
        _directory.Dispose();
    }
}
