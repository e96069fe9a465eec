using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>Runs <c>ibmcloud iam oauth-tokens --output json</c> and reads the IAM token that it prints.</summary>
internal sealed class CliProgram
{
    private const int MostBytes = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    // A trace would write tokens to the output or into a file; tokens of a team are nothing that this program needs.
    private static readonly string[] NeverPassed =
        ["IBMCLOUD_TRACE", "BLUEMIX_TRACE", "BLUEMIX_API_KEY", "SYSDIG_SECURE_API_TOKEN", "SECURE_API_TOKEN", "SYSDIG_API_TOKEN", "SDC_TOKEN", "Sysdig__SecureApiToken"];

    private readonly string _path;
    private readonly string[] _withheld;

    public CliProgram(string path, IEnumerable<string> withheld)
    {
        _path = path;
        _withheld = [.. withheld, .. NeverPassed];
    }

    /// <summary>The IAM token of the session; the caller disposes it.</summary>
    /// <param name="transport">Whose deadline counts here too.</param>
    /// <param name="cancellation">Ends the program.</param>
    public async Task<Result<IamToken>> ObtainAsync(Transport transport, CancellationToken cancellation)
    {
        TimeSpan limit = transport.Left < Limit ? transport.Left : Limit;
        if (limit <= TimeSpan.Zero)
        {
            return TimedOut(limit);
        }

        byte[] output = GC.AllocateUninitializedArray<byte>(MostBytes, pinned: true);
        using var timer = new CancellationTokenSource(limit, transport.Clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            using Process process = Process.Start(Command())!;
            process.StandardInput.Close();
            Task drained = process.StandardError.BaseStream.CopyToAsync(Stream.Null, end.Token);
            try
            {
                int length = await process.StandardOutput.BaseStream.ReadAtLeastAsync(output, output.Length, throwOnEndOfStream: false, end.Token).ConfigureAwait(false);
                await drained.ConfigureAwait(false);
                await process.WaitForExitAsync(end.Token).ConfigureAwait(false);
                return process.ExitCode == 0
                    ? Read(output.AsSpan(0, length), transport.Clock)
                    : Failure.Of(Known.CliNotLoggedIn, _path, process.ExitCode);
            }
            finally
            {
                Stop(process);
                await drained.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException)
        {
            return cancellation.IsCancellationRequested ? Failure.Of(Known.Cancelled) : TimedOut(limit);
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or InvalidOperationException)
        {
            return Failure.Of(Known.CliUnusable, _path, "it cannot be started or ended early");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(output);
        }
    }

    private static void Stop(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }

    private ProcessStartInfo Command()
    {
        var start = new ProcessStartInfo(_path, ["iam", "oauth-tokens", "--output", "json"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(_path)!,
        };
        foreach (string name in _withheld)
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private Failure TimedOut(TimeSpan limit) => Failure.Of(Known.CliTimedOut, _path, Math.Max(0, Math.Round(limit.TotalSeconds)).ToString(CultureInfo.InvariantCulture));

    /// <summary>JSON with a member <c>iam_token</c>, or the line "IAM token:" of versions that do not know the option.</summary>
    private Result<IamToken> Read(ReadOnlySpan<byte> output, TimeProvider clock)
    {
        int label = output.IndexOf("IAM token:"u8);
        if (label >= 0)
        {
            ReadOnlySpan<byte> rest = output[(label + "IAM token:"u8.Length)..];
            int lineEnd = rest.IndexOfAny((byte)'\r', (byte)'\n');
            return Check(lineEnd < 0 ? rest : rest[..lineEnd], clock);
        }

        byte[] token = GC.AllocateUninitializedArray<byte>(output.Length, pinned: true);
        try
        {
            var reader = new Utf8JsonReader(output);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("iam_token"u8)
                    && reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    return Check(token.AsSpan(0, reader.CopyString(token)), clock);
                }
            }
        }
        catch (JsonException)
        {
            // Whatever it is, it is told below without being repeated.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(token);
        }

        return Failure.Of(Known.CliUnusable, _path, "its output has no IAM token");
    }

    private Result<IamToken> Check(ReadOnlySpan<byte> token, TimeProvider clock) => CredentialText.ReadIamToken(token, _path, clock);
}
