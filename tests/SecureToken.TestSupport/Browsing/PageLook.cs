namespace SecureToken.TestSupport.Browsing;

/// <summary>How large a page is, in CSS pixels, whether its user prefers a dark one, and whether it is for paper.</summary>
public sealed record PageLook(int Width = 1000, int Height = 800, bool IsDark = false, bool IsPrint = false);
