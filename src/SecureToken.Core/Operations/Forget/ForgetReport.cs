using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Operations.Forget;

/// <summary>What becomes of a copy that is to be taken out.</summary>
public enum ForgetOutcome
{
    /// <summary>It will be taken out, once that is confirmed.</summary>
    Due,

    /// <summary>It was taken out.</summary>
    Removed,

    /// <summary>There was none.</summary>
    Missing,

    /// <summary>It stays, see the reason.</summary>
    Kept,

    /// <summary>It could not be read or taken out, see the reason.</summary>
    Failed,
}

/// <summary>One destination.</summary>
/// <param name="Destination">The destination.</param>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="Reason">Why it stays, or failed.</param>
public sealed record ForgetLine(Destination Destination, ForgetOutcome Outcome, Failure? Reason)
{
    /// <summary>Whether an empty file is left: nothing that a person made is deleted.</summary>
    public bool LeavesEmptyFile { get; init; }
}

/// <summary>What became of all copies.</summary>
/// <param name="Lines">The destinations, in the given order.</param>
/// <param name="LedgerFailures">Why some ledger still knows a copy that is gone.</param>
public sealed record ForgetReport(IReadOnlyList<ForgetLine> Lines, IReadOnlyList<Failure> LedgerFailures)
{
    /// <summary>The exit status that says it all. What is no file of this machine stays by its nature, and is no failure.</summary>
    public ExitStatus Exit
    {
        get
        {
            Failure[] failures =
                [.. Lines.Where(line => line.Outcome is ForgetOutcome.Kept or ForgetOutcome.Failed).Select(line => line.Reason!)
                .Concat(LedgerFailures)];
            ExitStatus[] different =
                [.. failures.Select(failure => failure.Descriptor.Exit).Where(exit => exit != ExitStatus.Done).Distinct()];
            return different is [] ? ExitStatus.Done
                : different is [var one] && Lines.All(line => line.Outcome != ForgetOutcome.Removed) ? one
                : ExitStatus.Partial;
        }
    }
}
