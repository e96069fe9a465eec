using System.Net;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using Xunit;

namespace SecureToken.Core.Tests.Http;

/// <summary>Who cancels a request is told so, whichever attempt is on its way.</summary>
public sealed class CancellationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_attempt_that_hangs_is_left_at_once(int hangs)
    {
        using var cancellation = new CancellationTokenSource();
        using var transport = new Transport(new TransportOptions
        {
            Deadline = TimeSpan.FromMinutes(5),
            Handler = () => new HangingHandler(hangs, cancellation),
            Environment = _ => null,
        });
        var request = new ApiRequest(HttpMethod.Get, new Uri("https://service.example/")) { Resend = Resend.Freely };
        Failure? failure = (await transport.SendAsync(request, cancellation.Token)).Failure;
        Assert.Equal(DiagnosticDescriptors.Cancelled, failure?.Descriptor);
    }

    private sealed class HangingHandler(int hangs, CancellationTokenSource cancellation) : HttpMessageHandler
    {
        private int _attempts;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (++_attempts < hangs)
            {
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new ByteArrayContent([]) };
            }

            await cancellation.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("A request that was cancelled came to its end.");
        }
    }
}
