namespace SecureToken.Emulator.Tests.Support;

/// <summary>Measures the contrast of every text that is shown, as WCAG 2 defines it.</summary>
internal static class Contrast
{
    /// <summary>A script: the texts below 4.5 : 1, each with its ratio, and how many were measured.</summary>
    public const string Script = """
        (() => {
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const rgba = (color) => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
          };
          const luminance = (color) => {
            const [r, g, b] = rgba(color).map((value) => value / 255).map(
                (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const background = (element) => {
            for (let at = element; at; at = at.parentElement) {
              const color = getComputedStyle(at).backgroundColor;
              if (rgba(color)[3] === 255) return color;
            }
            return 'white';
          };
          const textOf = (element) => element.matches('input') ? element.value : element.textContent;
          const isShown = (element) => element.checkVisibility() && textOf(element).trim() !== '';
          const hasOwnText = (element) => element.matches('input, select') || [...element.childNodes].some(
              (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');
          const faint = [];
          let measured = 0;
          const root = document.querySelector('dialog[open]') ?? document.body;
          for (const element of root.querySelectorAll('*')) {
            if (!hasOwnText(element) || !isShown(element) || element.tagName === 'OPTION') continue;
            measured++;
            const [light, dark] = [luminance(getComputedStyle(element).color), luminance(background(element))].sort((a, b) => b - a);
            const ratio = (light + 0.05) / (dark + 0.05);
            if (ratio < 4.5) faint.push(`${element.tagName} "${textOf(element)}" ${ratio.toFixed(2)}`);
          }
          return { faint, measured };
        })()
        """;
}
