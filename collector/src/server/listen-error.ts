import { ConfigError } from '../config/config-error.ts'
import { baseUrl } from './addresses.ts'
import { portInUse } from './port-holder.ts'

/** Why a port cannot be listened on, with what to do: for the variable that named it. */
export async function listenError(
  error: Error,
  {
    host,
    port,
    variable,
    hostVariable = 'HUBLINE_HOST',
  }: { host: string; port: number; variable: string; hostVariable?: string },
): Promise<Error> {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return portInUse(baseUrl(host, port), port, variable)
  if (code === 'EACCES') {
    return new ConfigError(
      `port ${port} needs more rights than this process has: choose one above 1023 with ${variable}=<port>`,
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new ConfigError(`${hostVariable} is "${host}", which is no address of this machine (${message})`)
  }
  return error
}
