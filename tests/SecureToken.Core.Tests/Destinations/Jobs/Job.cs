using System.Text;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Settings;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Jobs;

/// <summary>A job of a pipeline: its variables, its directory, and what was written to its standard output.</summary>
internal sealed class Job : IDisposable
{
    private readonly TemporaryDirectory _directory = new("job");
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly StringBuilder _output = new();

    /// <summary>Called before anything is written to standard output.</summary>
    public Action BeforeOutput { get; set; } = static () => { };

    /// <summary>Why standard output takes nothing.</summary>
    public Failure? OutputFailure { get; set; }

    public string[] Output => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string Root => _directory.Path;

    public Job Set(string name, string value)
    {
        _variables[name] = value;
        return this;
    }

    public string Write(string name, string content) => _directory.Write(name, content);

    public string At(params string[] parts) => _directory[parts];

    public DestinationBuilder Builder(string template = "{token}", bool hasOutput = true) => new(name => name == "HOME" ? Root : _variables.GetValueOrDefault(name), Root)
    {
        Template = ValueTemplate.Parse(template).Value,
        JobOutput = hasOutput ? Take : null,
    };

    public static Result<bool> Inject(Destination destination, string token = CurrentToken.Value)
    {
        using FetchedToken currentToken = CurrentToken.Create(token);
        return destination.Inject(currentToken, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _directory.Dispose();

    private Failure? Take(ReadOnlySpan<byte> lines)
    {
        BeforeOutput();
        if (OutputFailure is null)
        {
            // Several may write at once, as to a real standard output.
            lock (_output)
            {
                _output.Append(Encoding.UTF8.GetString(lines));
                Assert.EndsWith("\n", _output.ToString(), StringComparison.Ordinal);
            }
        }

        return OutputFailure;
    }
}
