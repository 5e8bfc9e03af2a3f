// SPDX-License-Identifier: GPL-2.0
/*
 * The TCP socket under a connection: never waits, and may be used while memory
 * is being reclaimed.
 */
#include <linux/sched/mm.h>
#include <linux/tcp.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "dysk.h"

/*
 * Lock classes of our own: user space's TCP sockets take page faults, and so
 * file system locks, under theirs; ours is taken below file systems.
 */
static struct lock_class_key dysk_sk_key[2];
static struct lock_class_key dysk_slock_key[2];

static void dysk_sock_reclassify(struct sock *sk)
{
	if (sk->sk_family == AF_INET6)
		sock_lock_init_class_and_name(sk, "slock-AF_INET6-DYSK",
					      &dysk_slock_key[1],
					      "sk_lock-AF_INET6-DYSK",
					      &dysk_sk_key[1]);
	else
		sock_lock_init_class_and_name(sk, "slock-AF_INET-DYSK",
					      &dysk_slock_key[0],
					      "sk_lock-AF_INET-DYSK",
					      &dysk_sk_key[0]);
}

static void dysk_sk_state_change(struct sock *sk)
{
	struct dysk_conn *conn;

	read_lock_bh(&sk->sk_callback_lock);
	conn = sk->sk_user_data;
	if (conn)
		dysk_conn_kick(conn);
	read_unlock_bh(&sk->sk_callback_lock);
}

static void dysk_sk_data_ready(struct sock *sk)
{
	struct dysk_conn *conn;

	read_lock_bh(&sk->sk_callback_lock);
	conn = sk->sk_user_data;
	if (conn) {
		set_bit(DYSK_CONN_READABLE, &conn->flags);
		dysk_conn_kick(conn);
	}
	read_unlock_bh(&sk->sk_callback_lock);
}

static void dysk_sk_write_space(struct sock *sk)
{
	struct dysk_conn *conn;

	read_lock_bh(&sk->sk_callback_lock);
	conn = sk->sk_user_data;
	if (conn && sk_stream_is_writeable(sk)) {
		clear_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
		if (READ_ONCE(conn->state) == DYSK_CONN_SENDING)
			dysk_conn_kick(conn);
	}
	read_unlock_bh(&sk->sk_callback_lock);
}

static void dysk_sock_hook(struct dysk_conn *conn)
{
	struct sock *sk = conn->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	conn->sk_state_change = sk->sk_state_change;
	conn->sk_data_ready = sk->sk_data_ready;
	conn->sk_write_space = sk->sk_write_space;
	sk->sk_user_data = conn;
	sk->sk_state_change = dysk_sk_state_change;
	sk->sk_data_ready = dysk_sk_data_ready;
	sk->sk_write_space = dysk_sk_write_space;
	write_unlock_bh(&sk->sk_callback_lock);
}

static void dysk_sock_unhook(struct dysk_conn *conn)
{
	struct sock *sk = conn->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_user_data = NULL;
	sk->sk_state_change = conn->sk_state_change;
	sk->sk_data_ready = conn->sk_data_ready;
	sk->sk_write_space = conn->sk_write_space;
	write_unlock_bh(&sk->sk_callback_lock);
}

static int dysk_sock_addr(const struct dysk_addr *addr,
			  struct sockaddr_storage *ss)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;
	struct sockaddr_in *in = (struct sockaddr_in *)ss;

	memset(ss, 0, sizeof(*ss));
	if (addr->family == 4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(addr->port);
		memcpy(&in->sin_addr, addr->addr, sizeof(in->sin_addr));
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(addr->port);
	in6->sin6_scope_id = addr->scope_id;
	memcpy(&in6->sin6_addr, addr->addr, sizeof(in6->sin6_addr));
	return sizeof(*in6);
}

/*
 * The first socket that may use the reserves, and the last, make the kernel
 * patch its own code, for which the I/O path is no place.  One that is never
 * used stays open as long as the module is loaded.
 */
static struct socket *dysk_sock_reserve;

int dysk_sock_init(void)
{
	int err = sock_create_kern(&init_net, AF_INET, SOCK_STREAM, IPPROTO_TCP,
				   &dysk_sock_reserve);

	if (!err)
		sk_set_memalloc(dysk_sock_reserve->sk);
	return err;
}

void dysk_sock_exit(void)
{
	sk_clear_memalloc(dysk_sock_reserve->sk);
	sock_release(dysk_sock_reserve);
}

static void dysk_sock_options(struct sock *sk)
{
	dysk_sock_reclassify(sk);
	tcp_sock_set_nodelay(sk);
	/* A closed connection must not go on sending a request by itself. */
	sock_no_linger(sk);
	sk->sk_allocation = GFP_NOIO | __GFP_MEMALLOC;
	sk_set_memalloc(sk);
	dysk_compat_no_task_frag(sk);
}

int dysk_sock_connect(struct dysk_conn *conn, const struct dysk_addr *addr)
{
	struct sockaddr_storage ss;
	int family = addr->family == 4 ? AF_INET : AF_INET6;
	int len = dysk_sock_addr(addr, &ss);
	int err;

	err = sock_create_kern(&init_net, family, SOCK_STREAM, IPPROTO_TCP,
			       &conn->sock);
	if (err) {
		conn->sock = NULL;
		return err;
	}
	dysk_sock_options(conn->sock->sk);
	dysk_sock_hook(conn);
	err = kernel_connect(conn->sock, (dysk_sockaddr *)&ss, len, O_NONBLOCK);
	if (err && err != -EINPROGRESS) {
		dysk_sock_close(conn, true);
		return err;
	}
	return 0;
}

/* @reset: drop what has not been sent yet, instead of ending in order. */
void dysk_sock_close(struct dysk_conn *conn, bool reset)
{
	struct sock *sk;

	if (!conn->sock)
		return;
	dysk_sock_unhook(conn);
	sk = conn->sock->sk;
	/* Its accounts are touched here, and packets may still come in. */
	lock_sock(sk);
	if (!reset)
		sock_reset_flag(sk, SOCK_LINGER);
	sk_clear_memalloc(sk);
	release_sock(sk);
	sock_release(conn->sock);
	conn->sock = NULL;
	clear_bit(DYSK_CONN_READABLE, &conn->flags);
}

int dysk_sock_status(struct dysk_conn *conn)
{
	struct sock *sk = conn->sock->sk;
	int err = READ_ONCE(sk->sk_err);

	if (err)
		return -err;
	switch (READ_ONCE(sk->sk_state)) {
	case TCP_ESTABLISHED:
		return 1;
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
		return 0;
	default:
		return -ECONNRESET;
	}
}

bool dysk_sock_quiet(struct dysk_conn *conn)
{
	struct sock *sk = conn->sock->sk;

	return READ_ONCE(sk->sk_state) == TCP_ESTABLISHED &&
	       !READ_ONCE(sk->sk_err) &&
	       skb_queue_empty_lockless(&sk->sk_receive_queue);
}

/* Bytes that have arrived, there and here, since the connection was made. */
u64 dysk_sock_moved(const struct dysk_conn *conn)
{
	const struct tcp_sock *tp = tcp_sk(conn->sock->sk);

	return READ_ONCE(tp->bytes_acked) + READ_ONCE(tp->bytes_received);
}

#define DYSK_SEND_AT_ONCE	(128 << 10)
#define DYSK_SEND_SHORT		(32 << 10)	/* of the reserve */

/* Enough for now? Then the socket calls when the peer has some of it. */
static bool dysk_sock_queue_full(struct sock *sk)
{
	if (READ_ONCE(sk->sk_wmem_queued) < DYSK_SEND_SHORT)
		return false;
	set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	/* It may have got it just now, and has not seen that we wait. */
	smp_mb__after_atomic();
	return READ_ONCE(sk->sk_wmem_queued) >= DYSK_SEND_SHORT;
}

ssize_t dysk_sock_send(struct dysk_conn *conn, struct bio_vec *bvecs,
		       unsigned int count, size_t len, bool more)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };
	struct sock *sk = conn->sock->sk;
	bool is_short = conn->payload_left && dysk_reserve_is_next();
	size_t at_once = is_short ? DYSK_SEND_SHORT : DYSK_SEND_AT_ONCE;
	ssize_t sent;

	if (is_short && dysk_sock_queue_full(sk))
		return -EAGAIN;
	if (is_short && !dysk_reserve_take(conn))
		return -EAGAIN;
	/* What waits for more to come takes memory meanwhile. */
	if (!is_short && (more || len > at_once))
		msg.msg_flags |= MSG_MORE;
	iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, bvecs, count,
		      min(len, at_once));
	sent = sock_sendmsg(conn->sock, &msg);
	/* With nothing on its way the socket has no reason to call. */
	if (sent == -EAGAIN && !READ_ONCE(sk->sk_wmem_queued))
		dysk_reserve_empty(conn);
	return sent;
}

ssize_t dysk_sock_recv(struct dysk_conn *conn, struct bio_vec *bvecs,
		       unsigned int count, size_t len)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };

	iov_iter_bvec(&msg.msg_iter, ITER_DEST, bvecs, count, len);
	return sock_recvmsg(conn->sock, &msg, msg.msg_flags);
}

ssize_t dysk_sock_recv_head(struct dysk_conn *conn, char *buf, size_t len)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };
	struct kvec vec = { .iov_base = buf, .iov_len = len };

	iov_iter_kvec(&msg.msg_iter, ITER_DEST, &vec, 1, len);
	return sock_recvmsg(conn->sock, &msg, msg.msg_flags);
}
