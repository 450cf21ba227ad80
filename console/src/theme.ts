import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

// The green of the sign-in pages. 8 carries white text at 7:1, 6 at 5:1; 3 stands on dark at 10:1.
const accent: MantineColorsTuple = ['#eef7f5', '#d9ece8', '#b0d9d1', '#7cd6c8', '#54b3a6', '#2f9388', '#1a7d74', '#0f6c66', '#0b5f5a', '#084b47'];

// Greys with a breath of it, so that light and dark belong together.
const gray: MantineColorsTuple = ['#f7f9f8', '#f0f4f3', '#e4eae8', '#d5dedb', '#b9c5c2', '#81908d', '#5f6e6b', '#4d5b59', '#2b3735', '#101817'];
const dark: MantineColorsTuple = ['#eef4f3', '#c4d0cd', '#a7b5b2', '#71807d', '#3a4845', '#2a3634', '#1d2726', '#151d1c', '#0f1616', '#0a1010'];

const fonts = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';

/** How everything looks; a component with a look of its own has it in a module beside it. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 6 },
  colors: { accent, gray, dark },
  black: '#101817',
  fontFamily: fonts,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "Noto Sans Mono", Menlo, Consolas, monospace',
  headings: {
    fontFamily: fonts,
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.625rem', lineHeight: '1.25' }, h2: { fontSize: '1.125rem', lineHeight: '1.35' }, h3: { fontSize: '0.9375rem', lineHeight: '1.4' } },
  },
  defaultRadius: 'md',
  radius: { xs: '0.25rem', sm: '0.375rem', md: '0.5rem', lg: '0.75rem', xl: '1rem' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Modal: { defaultProps: { radius: 'lg', centered: true, overlayProps: { backgroundOpacity: 0.45, blur: 2 } } },
    Drawer: { defaultProps: { overlayProps: { backgroundOpacity: 0.35 } } },
    // A dialog's header is no second banner of the page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, events: { hover: true, focus: true, touch: true } } },
    Anchor: { defaultProps: { underline: 'always' } },
    InputDescription: { defaultProps: { fz: '0.8125rem', lh: 1.45 } },
    Paper: { defaultProps: { radius: 'lg' } },
    Code: { defaultProps: { fz: '0.85em' } },
  },
});

/** Colours that Mantine's own do not meet: contrast of dimmed text, borders of fields, the page behind its cards. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#4d5b59',
    '--mantine-color-placeholder': '#6b7977',
    '--mantine-color-anchor': '#0b5f5a',
    '--mantine-color-error': '#b3261e',
    '--x-page': '#f4f7f6',
    '--x-surface': '#ffffff',
    '--x-line': '#dce4e2',
    '--x-edge': '#81908d',
    '--x-tint': '#f3f6f5',
    '--x-good': '#17703a',
    '--x-warn': '#8a5300',
    '--x-bad': '#b3261e',
    '--x-shadow': '0 1px 2px rgb(16 40 38 / 5%), 0 6px 20px -12px rgb(16 40 38 / 14%)',
  },
  dark: {
    '--mantine-color-body': '#151d1c',
    '--mantine-color-text': '#eef4f3',
    '--mantine-color-dimmed': '#a7b5b2',
    '--mantine-color-placeholder': '#8b9a97',
    '--mantine-color-anchor': '#7cd6c8',
    '--mantine-color-error': '#ff9a8f',
    '--x-page': '#0c1312',
    '--x-surface': '#151d1c',
    '--x-line': '#2a3634',
    '--x-edge': '#71807d',
    '--x-tint': '#1d2726',
    '--x-good': '#6fd195',
    '--x-warn': '#f2b866',
    '--x-bad': '#ff9a8f',
    '--x-shadow': 'none',
  },
});
