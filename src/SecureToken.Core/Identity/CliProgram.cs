using System.Globalization;
using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Processes;
using SecureToken.Core.Secrets;
using SecureToken.Core.Text;

namespace SecureToken.Core.Identity;

/// <summary>Runs <c>ibmcloud iam oauth-tokens --output json</c> and reads the IAM token that it prints.</summary>
internal sealed class CliProgram
{
    private const int MostBytes = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>How long after its end the rest of its output is awaited: something that it left running may hold the pipe.</summary>
    private static readonly TimeSpan AfterEnd = TimeSpan.FromSeconds(2);

    // A trace would write tokens to the output or into a file; tokens of a team are nothing that this program needs.
    private static readonly string[] NeverPassed = ["IBMCLOUD_TRACE", "BLUEMIX_TRACE", "BLUEMIX_API_KEY", .. CredentialVariables.TeamToken];

    private readonly string _path;
    private readonly string[] _withheld;

    /// <summary>The program at a path.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="withheld">Variables that it does not get, beside those that hold credentials.</param>
    public CliProgram(string path, IEnumerable<string> withheld)
    {
        _path = path;
        _withheld = [.. withheld, .. NeverPassed];
    }

    /// <summary>The IAM token of the session; the caller disposes it.</summary>
    /// <param name="transport">Whose deadline counts here too.</param>
    /// <param name="cancellation">Ends the program.</param>
    public Task<Result<IamToken>> ObtainAsync(Transport transport, CancellationToken cancellation) =>
        Task.Run(() => Obtain(transport.Left < Limit ? transport.Left : Limit, transport.Clock, cancellation), CancellationToken.None);

    private Result<IamToken> Obtain(TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        using var environment = ChildEnvironment.WithoutCredentials();
        Array.ForEach(_withheld, environment.Remove);
        var start = new ChildStart(_path, ["ibmcloud", "iam", "oauth-tokens", "--output", "json"], environment)
        {
            Directory = Path.GetDirectoryName(_path),
            PipesInput = true,
            PipesOutput = true,
            PipesError = true,

            // Without a terminal it can ask nobody, and its end is the end of what it started.
            IsOfOwnSession = true,
        };
        if (!Child.Start(start).Succeeded(out Child? child, out Failure? failure))
        {
            return Failure.Of(DiagnosticDescriptors.CliUnusable, _path, failure.Message.TrimEnd('.'));
        }

        using (child)
        {
            child.Input!.Dispose();
            return Attend(child, limit, clock, cancellation);
        }
    }

    private Result<IamToken> Attend(Child child, TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        byte[] output = GC.AllocateUninitializedArray<byte>(MostBytes, pinned: true);
        Task<int> reading = Task.Run(() => ReadAll(child.Output!, output));
        Task draining = Task.Run(() => ReadAll(child.Error!, []));
        if (limit <= TimeSpan.Zero || !child.WaitForExit(limit, cancellation))
        {
            child.Kill();
            Task.WhenAll(reading, draining).Wait(AfterEnd, CancellationToken.None);
            CryptographicOperations.ZeroMemory(output);
            return cancellation.IsCancellationRequested ? Failure.Of(DiagnosticDescriptors.Cancelled)
                : Failure.Of(
                    DiagnosticDescriptors.CliTimedOut, _path,
                    Math.Max(0, Math.Round(limit.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
        }

        bool isWhole = reading.Wait(AfterEnd, CancellationToken.None);
        Result<IamToken> result = child.ExitedWith is { Status: not 0 } exit ? Failure.Of(DiagnosticDescriptors.CliNotLoggedIn, _path, exit)
            : isWhole && reading.Result <= output.Length ? Read(output.AsSpan(0, reading.Result), clock)
            : Failure.Of(DiagnosticDescriptors.CliUnusable, _path, "its output is too long or has no end");
        CryptographicOperations.ZeroMemory(output);
        return result;
    }

    /// <summary>Reads to the end, so that the program is not held up. What does not fit is counted and forgotten.</summary>
    private static int ReadAll(Stream from, byte[] buffer)
    {
        int length = 0;
        byte[] rest = new byte[4096];
        try
        {
            while (true)
            {
                Span<byte> free = length < buffer.Length ? buffer.AsSpan(length) : rest;
                int read = from.Read(free);
                if (read == 0)
                {
                    return length;
                }

                length = Math.Min(length + read, buffer.Length + 1);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return length;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(rest);
        }
    }

    private Result<IamToken> Read(ReadOnlySpan<byte> output, TimeProvider clock)
    {
        if (CliOutput.FindIamToken(Bytes.TrimStart(output)) is not { } token)
        {
            return Failure.Of(DiagnosticDescriptors.CliUnusable, _path, "its output has no IAM token");
        }

        Result<IamToken> read = CredentialText.ReadIamToken(token, _path, clock);
        CryptographicOperations.ZeroMemory(token);
        return read;
    }
}
