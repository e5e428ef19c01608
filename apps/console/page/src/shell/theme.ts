import { createTheme } from '@mantine/core';

/** System fonts: the page works without any network but the console's own. */
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  fontFamily: 'system-ui, "Segoe UI", Roboto, sans-serif',
  cursorType: 'pointer',
  // Who asked the system for less motion gets none here either.
  respectReducedMotion: true,
});
