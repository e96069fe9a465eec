using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace SecureToken.Tool.Tests.Support;

/// <summary>A run of the tool that somebody watches and does something about.</summary>
public sealed class ToolSession : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly ToolFixture _tool;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly SemaphoreSlim _said = new(0);
    private readonly Task _read;

    public ToolSession(ToolFixture tool, Process process)
    {
        _tool = tool;
        _process = process;
        _read = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _error));
    }

    public int Id => _process.Id;

    /// <summary>Everything that was said so far, on both.</summary>
    public string Said
    {
        get
        {
            lock (_output)
            {
                return _output.ToString() + _error;
            }
        }
    }

    /// <summary>Waits until something is said.</summary>
    public Task UntilAsync(string text) => UntilAsync(text, said => said.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until something is said that matches.</summary>
    public Task UntilAsync(Regex pattern) => UntilAsync(pattern.ToString(), pattern.IsMatch);

    public void Type(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Flush();
    }

    /// <summary>Says that nothing more is typed.</summary>
    public void EndInput() => _process.StandardInput.Close();

    public async Task SignalAsync(string signal) =>
        (await _tool.OtherAsync("kill", "-" + signal, Id.ToString(CultureInfo.InvariantCulture))).Exits(0);

    /// <summary>Waits for its end, and checks what it has said.</summary>
    public async Task<ToolRun> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await _read;
        _tool.AssertNoSecret(Said);
        return new ToolRun(_process.ExitCode, _output.ToString(), _error.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _said.Dispose();
    }

    /// <summary>Waits until what is said is as it should be.</summary>
    public async Task UntilAsync(string text, Func<string, bool> isThere)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!isThere(Said))
        {
            Assert.False(_process.HasExited && _read.IsCompleted && !isThere(Said), $"It ended without saying '{text}':\n{Said}");
            try
            {
                await _said.WaitAsync(TimeSpan.FromMilliseconds(100), limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"'{text}' was not said:\n{Said}");
            }
        }
    }

    private async Task ReadAsync(StreamReader reader, StringBuilder into)
    {
        char[] buffer = new char[1024];
        while (await reader.ReadAsync(buffer) is > 0 and int read)
        {
            lock (_output)
            {
                into.Append(buffer, 0, read);
            }

            _said.Release();
        }
    }
}
