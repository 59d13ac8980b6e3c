/** A key of a policy, for who writes policies: after the name that people call it by, small and in the letters of machines. */
export function Key({ children }: { children: string }) {
  return <code className="cw-key">{children}</code>;
}
