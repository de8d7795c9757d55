/** What somebody without a session sees: the only way in. */
export function SignedOut() {
  return (
    <main className="signed-out">
      <h1>Sign in to Vedette</h1>
      <p>
        Run <code>vedette sign-in</code> on the server and open the link that it prints. It works
        once. There is no password.
      </p>
    </main>
  )
}
