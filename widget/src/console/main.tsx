import { createAgentClient } from '@usher-chat/sdk/agent'
import { mountConsole } from './mount-console.tsx'

const root = document.getElementById('usher')
if (root !== null) mountConsole({ root, client: createAgentClient({ baseUrl: location.origin }) })
