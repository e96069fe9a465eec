using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SecureToken.Core.Interop;

/// <summary>
/// Starts an asynchronous method that usually ends without having waited. The platform's own builder has a generic method for that, which
/// no compiler ahead of time can make for our methods: each of them cost a build two methods more to compile while it runs
/// (measured: What a due build compiles). From the first real wait on, this is the platform's builder.
/// </summary>
/// <remarks>Unlike that one it does not put the execution context back: nothing here may change an <c>AsyncLocal</c>.</remarks>
/// <typeparam name="T">What the method returns.</typeparam>
internal struct ReadyTaskBuilder<T>
{
    private AsyncTaskMethodBuilder<T> _builder;

    public Task<T> Task => _builder.Task;

    public static ReadyTaskBuilder<T> Create() => default;

    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The compiler calls it on the builder.")]
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    public void SetResult(T result) => _builder.SetResult(result);

    public void SetException(Exception exception) => _builder.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);

    public void SetStateMachine(IAsyncStateMachine stateMachine) => _builder.SetStateMachine(stateMachine);
}
