using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Core.Processes;

/// <summary>What a helper came to.</summary>
/// <param name="Exit">Its exit status.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record HelperAnswer(int Exit, string Output, string Error);

/// <summary>
/// A program of the machine that helps us: git, dotnet, the opener of pages. It is never one of the current directory, and it gets no
/// secret: it may read the files of a repository, which anybody may have written, and do what they say.
/// </summary>
public static class HelperProgram
{
    /// <summary>How long after its end the rest of its output is awaited: something that it left running may hold the pipe.</summary>
    private static readonly TimeSpan AfterEnd = TimeSpan.FromSeconds(10);

    /// <summary>The file of a program on PATH.</summary>
    /// <returns>An absolute path; or 601, 602.</returns>
    public static Result<string> Find(string name) =>
        ProgramSearch.Find(name, Environment.GetEnvironmentVariable, AppContext.BaseDirectory);

    /// <summary>Starts it and leaves it running, also when we are interrupted. What it says while we run is read and dropped.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">Its arguments; every user of the machine sees them.</param>
    /// <returns>Null; or 602.</returns>
    public static Failure? Launch(string program, IReadOnlyList<string> arguments)
    {
        if (!Start(program, arguments, null, null).Succeeded(out Child? helper, out Failure? failure))
        {
            return failure;
        }

        helper.Input!.Dispose();
        Task.WhenAll(Aside(() => Drain(helper.Output!)), Aside(() => Drain(helper.Error!)))
            .ContinueWith(_ => helper.Dispose(), TaskScheduler.Default);
        return null;
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">Its arguments; every user of the machine sees them.</param>
    /// <param name="directory">Its working directory.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="limit">How long it may run.</param>
    /// <param name="change">Changes its environment, which has no secret of ours.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The answer, whatever its exit status; or 316, 602, 604.</returns>
    public static Result<HelperAnswer> Run(
        string program, IReadOnlyList<string> arguments, string directory, string input, TimeSpan limit, Action<ChildEnvironment>? change =
            null, CancellationToken cancellation = default)
    {
        if (!Start(program, arguments, directory, change).Succeeded(out Child? helper, out Failure? failure))
        {
            return failure;
        }

        using (helper)
        {
            return Attend(helper, input, limit, cancellation) is { } answer ? answer
                : cancellation.IsCancellationRequested ? Failure.Of(DiagnosticDescriptors.Cancelled)
                : Failure.Of(DiagnosticDescriptors.ProgramTooSlow, program, limit.TotalSeconds);
        }
    }

    /// <summary>With nothing of our terminal, so that no key that ends us ends it too.</summary>
    private static Result<Child> Start(string program, IReadOnlyList<string> arguments, string? directory, Action<ChildEnvironment>? change)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(arguments);
        using var environment = ChildEnvironment.WithoutCredentials();
        foreach (string name in CredentialVariables.TeamToken)
        {
            environment.Remove(name);
        }

        change?.Invoke(environment);
        return Child.Start(new ChildStart(program, [program, .. arguments], environment)
        {
            Directory = directory,
            PipesInput = true,
            PipesOutput = true,
            PipesError = true,
            IsOfOwnSession = true,
        });
    }

    /// <summary>The answer, or null when it was ended.</summary>
    private static HelperAnswer? Attend(Child helper, string input, TimeSpan limit, CancellationToken cancellation)
    {
        Task<string> output = Aside(() => ReadAll(helper.Output!));
        Task<string> error = Aside(() => ReadAll(helper.Error!));
        Task<bool> feeding = Aside(() => Feed(helper.Input!, input));
        if (!helper.WaitForExit(limit, cancellation))
        {
            helper.Kill();
            return null;
        }

        return Task.WaitAll([output, error, feeding], AfterEnd)
            ? new HelperAnswer(helper.ExitedWith!.Value.Status, output.Result, error.Result) : null;
    }

    /// <summary>On a thread of its own: the pool has few, and it would wait for another before it adds one.</summary>
    private static Task<T> Aside<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static bool Drain(Stream from)
    {
        byte[] dropped = new byte[4096];
        try
        {
            while (from.Read(dropped) > 0)
            {
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static string ReadAll(Stream from)
    {
        try
        {
            using var reader = new StreamReader(from, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return string.Empty;
        }
    }

    /// <summary>Whether it has read all of it.</summary>
    private static bool Feed(Stream to, string input)
    {
        try
        {
            using (to)
            {
                to.Write(Encoding.UTF8.GetBytes(input));
                return true;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It has ended, or reads no more.
            return false;
        }
    }
}
