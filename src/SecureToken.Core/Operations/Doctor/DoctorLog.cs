using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Operations.Doctor;

/// <summary>The steps of one examination, in their order. It takes the time of each.</summary>
/// <param name="clock">The clock.</param>
/// <param name="cancellation">Ends the examination before the next step.</param>
public sealed class DoctorLog(TimeProvider clock, CancellationToken cancellation)
{
    private readonly List<DoctorStep> _steps = [];

    /// <summary>What was done so far.</summary>
    public IReadOnlyList<DoctorStep> Steps => _steps;

    /// <summary>Is told the name of each step that begins.</summary>
    public Action<string>? Begun { get; init; }

    /// <summary>Is told of each step as it ends.</summary>
    public Action<DoctorStep>? Ended { get; init; }

    /// <summary>Ends the examination before the next step.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>The failure of the first step that failed, or null.</summary>
    public Failure? FirstFailure => _steps.FirstOrDefault(step => step.Failure is not null)?.Failure;

    /// <summary>The exit status that says it all.</summary>
    public ExitStatus Exit => FirstFailure?.Descriptor.Exit ?? ExitStatus.Done;

    /// <summary>Looks at something.</summary>
    /// <param name="name">What is looked at.</param>
    /// <param name="look">Looks.</param>
    /// <returns>What was found, or null when it failed.</returns>
    /// <exception cref="OperationCanceledException">A signal came.</exception>
    public T? Look<T>(string name, Func<Result<Finding<T>>> look)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(look);
        cancellation.ThrowIfCancellationRequested();
        Begun?.Invoke(name);
        long start = clock.GetTimestamp();
        return Note(name, look(), clock.GetElapsedTime(start));
    }

    /// <summary>Looks at something that has to be waited for.</summary>
    /// <param name="name">What is looked at.</param>
    /// <param name="look">Looks.</param>
    /// <returns>What was found, or null when it failed.</returns>
    /// <exception cref="OperationCanceledException">A signal came.</exception>
    public async Task<T?> LookAsync<T>(string name, Func<Task<Result<Finding<T>>>> look)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(look);
        cancellation.ThrowIfCancellationRequested();
        Begun?.Invoke(name);
        long start = clock.GetTimestamp();
        return Note(name, await look(), clock.GetElapsedTime(start));
    }

    /// <summary>Does not look, because something else has to work first.</summary>
    /// <param name="name">What is not looked at.</param>
    /// <param name="because">What has to work first.</param>
    public void Skip(string name, string because) =>
        Add(new DoctorStep(name, DoctorVerdict.Skipped, $"needs {because}", TimeSpan.Zero));

    private T? Note<T>(string name, Result<Finding<T>> result, TimeSpan took)
        where T : class
    {
        if (cancellation.IsCancellationRequested)
        {
            Add(new DoctorStep(name, DoctorVerdict.Skipped, "interrupted", took));
            throw new OperationCanceledException(cancellation);
        }

        if (!result.Succeeded(out Finding<T>? finding, out Failure? failure))
        {
            Add(new DoctorStep(name, DoctorVerdict.Failed, string.Empty, took) { Failure = failure });
            return null;
        }

        DoctorVerdict verdict = finding.Failure is not null
            ? DoctorVerdict.Failed : finding.Warnings.Count > 0 ? DoctorVerdict.Warning : DoctorVerdict.Ok;
        Add(new DoctorStep(name, verdict, finding.Words, took)
        {
            Details = finding.Details,
            Failure = finding.Failure,
            Warnings = finding.Warnings,
        });
        return finding.Value;
    }

    private void Add(DoctorStep step)
    {
        _steps.Add(step);
        Ended?.Invoke(step);
    }
}
