// The Python environment of the tests that lean on tools of others; the xtask makes it from
// `tests/requirements.txt` and names it in GUILDHALL_PYTHON.
import { execFile } from "node:child_process";
import { delimiter, dirname } from "node:path";

/** The environment's `python`. */
export function python() {
  const named = process.env.GUILDHALL_PYTHON;
  if (named) return named;
  throw new Error("there is no GUILDHALL_PYTHON; run these tests with `cargo xtask test --only api`");
}

/** Its programs come first, such as the formatter that the client generator calls. */
export function pythonEnv(more = {}) {
  const path = [dirname(python()), process.env.PATH].join(delimiter);
  return { ...process.env, PATH: path, PYTHONDONTWRITEBYTECODE: "1", ...more };
}

/** Runs it to its end: `{code, output}`; it is killed when it takes longer than `timeout`. */
export function runPython(args, { timeout = 120_000, env = {}, cwd } = {}) {
  return new Promise((done) => {
    const options = { env: pythonEnv(env), cwd, timeout, killSignal: "SIGKILL", maxBuffer: 64 * 1024 * 1024 };
    execFile(python(), args, options, (error, stdout, stderr) => {
      const code = error ? (error.killed ? "timeout" : error.code) : 0;
      done({ code, output: stdout + stderr });
    });
  });
}
