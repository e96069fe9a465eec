namespace SecureToken.Tool.Output;

/// <summary>How long ago something was, for a person.</summary>
internal static class Age
{
    public static string Of(DateTimeOffset time, DateTimeOffset now)
    {
        TimeSpan age = now - time;
        return age < TimeSpan.Zero ? "in the future, by this machine's clock"
            : age.TotalMinutes < 2 ? "just now"
            : age.TotalHours < 2 ? $"{(int)age.TotalMinutes} min ago"
            : age.TotalDays < 2 ? $"{(int)age.TotalHours} h ago" : $"{(int)age.TotalDays} days ago";
    }
}
