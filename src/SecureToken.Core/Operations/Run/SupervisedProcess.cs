using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Processes;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Run;

/// <summary>How a program that is kept on the current tokens ended.</summary>
/// <param name="Exit">How the program ended.</param>
/// <param name="IsForReset">Whether we ended it because a token was reset, and that was the wish.</param>
public readonly record struct KeptProgramEnd(ChildExit Exit, bool IsForReset);

/// <summary>
/// A program with tokens in its environment that is told of a reset, or ended and started again; never before the new token is proven. A
/// person or a script works with it through us, see <see cref="ForegroundProcess"/>.
/// </summary>
public sealed class SupervisedProcess : IDisposable
{
    private readonly SupervisedProcessPlan _plan;
    private readonly TokenMonitor _monitor;
    private readonly List<SecretForms> _forms = [];
    private readonly Lock _gate = new();
    private FetchedToken[] _tokens = [];
    private ForegroundProcess? _child;
    private CancellationTokenSource _reset = new();
    private int _endedBy;

    /// <summary>Prepares it; nothing is asked yet.</summary>
    public SupervisedProcess(SupervisedProcessPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _plan = plan;
        _monitor = new TokenMonitor(plan.Credentials, plan.Transport);
    }

    /// <summary>The tokens now.</summary>
    public IReadOnlyList<FetchedToken> Tokens => _tokens;

    /// <summary>Gets the tokens, each proven.</summary>
    public async Task<Failure?> FetchAsync(CancellationToken cancellation)
    {
        if ((await _monitor.FetchAsync(_plan.Settings, cancellation))
            .Succeeded(out IReadOnlyList<FetchedToken>? tokens, out Failure? failure))
        {
            _tokens = [.. tokens];
        }

        return failure;
    }

    /// <summary>Passes a signal on. One that tells a program to end is meant for those that would come after it, too.</summary>
    /// <param name="signal">The number of the signal.</param>
    public void Forward(int signal)
    {
        lock (_gate)
        {
            if (signal == Signals.Terminate || (_child is null && signal is Signals.Interrupt or Signals.Quit))
            {
                _endedBy = signal;
            }

            _child?.Forward(signal);
        }
    }

    /// <summary>Runs the program until it ends by itself, or is ended for good.</summary>
    /// <returns>How it ended; or 602.</returns>
    public async Task<Result<KeptProgramEnd>> RunAsync()
    {
        using var end = new CancellationTokenSource();
        Lock gate = new();
        MonitoredToken[] vigils = [.. _plan.Settings.Select(Monitored)];
        Task vigil = Task.Run(() => _monitor.RunAsync(vigils, end.Token), CancellationToken.None);
        try
        {
            return Keep();
        }
        finally
        {
            await end.CancelAsync();
            await vigil;
        }

        MonitoredToken Monitored(TokenSettings settings, int index)
        {
            TimeProvider clock = _plan.Transport.Clock;
            var handler = new ProgramChangeHandler(settings.Team.ToString(), clock, Tell, token => Take(index, token));
            return new MonitoredToken(settings, handler, _plan.Times, clock, _tokens[index]);
        }

        void Tell(WatchEvent one)
        {
            lock (gate)
            {
                _plan.Tell(one);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _monitor.Dispose();
        Array.ForEach(_tokens, token => token.Dispose());
        _forms.ForEach(forms => forms.Dispose());
        _reset.Dispose();
    }

    private Result<KeptProgramEnd> Keep()
    {
        while (true)
        {
            if (!Start().Succeeded(out ForegroundProcess? child, out Failure? failure))
            {
                return failure;
            }

            using (child)
            {
                bool hasEnded = child.WaitForExit(Timeout.InfiniteTimeSpan, _reset.Token);
                while (!hasEnded && _plan.OnReset == OnReset.Signal)
                {
                    child.Mask(Renew());
                    child.Signal(_plan.Signal);
                    hasEnded = child.WaitForExit(Timeout.InfiniteTimeSpan, _reset.Token);
                }

                ChildExit exit = hasEnded ? child.Exit!.Value : child.End(_plan.Grace);
                lock (_gate)
                {
                    _child = null;
                    if (hasEnded || _endedBy != 0 || _plan.OnReset == OnReset.Exit)
                    {
                        return new KeptProgramEnd(exit, IsForReset: !hasEnded && _endedBy == 0);
                    }
                }
            }
        }
    }

    private Result<ForegroundProcess> Start()
    {
        lock (_gate)
        {
            if (_endedBy != 0)
            {
                // It was told to end when there was no program; there is no sense in starting one.
                return new ForegroundProcess(new ChildExit(0, _endedBy));
            }

            SecretForms forms = RenewUnlocked();
            using ChildEnvironment environment = _plan.Environment(_tokens);
            var child = new ForegroundProcess();
            if (child.Start(new ChildStart(_plan.Program, _plan.Line, environment), forms, _plan.Output, _plan.Error) is { } failure)
            {
                child.Dispose();
                return failure;
            }

            return _child = child;
        }
    }

    /// <summary>Takes a new token that is proven, and wakes whoever waits for one.</summary>
    private void Take(int index, FetchedToken token)
    {
        lock (_gate)
        {
            _tokens[index].Dispose();
            _tokens[index] = token;
            _reset.Cancel();
        }
    }

    private SecretForms Renew()
    {
        lock (_gate)
        {
            return RenewUnlocked();
        }
    }

    /// <summary>
    /// From here on a reset is a new one. The forms of the tokens now are masked; those of before live until the end, because a program's
    /// last words may still hold them.
    /// </summary>
    private SecretForms RenewUnlocked()
    {
        _reset.Dispose();
        _reset = new CancellationTokenSource();
        var forms = new SecretForms([.. _tokens.Select(token => token.Token)]);
        _forms.Add(forms);
        return forms;
    }
}
