//! Frames of request and response. A request is u32le(length) ‖ payload, a response is status ‖ u32le(length) ‖ payload.
//! A length above the protocol's limit is refused before anything is allocated.

use super::config::Protocol;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::request_response::Codec;
use std::io;
use std::sync::Arc;

/// A registered protocol as the negotiation of libp2p wants it.
#[derive(Debug, Clone)]
pub struct ProtocolRef(pub Arc<Protocol>);

impl AsRef<str> for ProtocolRef {
    fn as_ref(&self) -> &str {
        &self.0.id
    }
}

/// libp2p reports a failed read of a request to nobody, so a violation travels as a request of its own kind.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    Payload(Vec<u8>),
    TooLarge { declared: u32 },
}

#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u8,
    pub payload: Vec<u8>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct FrameCodec;

impl Codec for FrameCodec {
    type Protocol = ProtocolRef;
    type Request = Request;
    type Response = Response;

    async fn read_request<T>(&mut self, protocol: &ProtocolRef, io: &mut T) -> io::Result<Request>
    where
        T: AsyncRead + Unpin + Send,
    {
        let declared = read_length(io).await?;
        if declared as usize > protocol.0.max_request_bytes {
            return Ok(Request::TooLarge { declared });
        }
        Ok(Request::Payload(read_payload(io, declared).await?))
    }

    async fn read_response<T>(&mut self, protocol: &ProtocolRef, io: &mut T) -> io::Result<Response>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut status = [0];
        io.read_exact(&mut status).await?;
        let declared = read_length(io).await?;
        let limit = protocol.0.max_response_bytes;
        if declared as usize > limit {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("the response declares {declared} bytes, the limit is {limit}"),
            ));
        }
        Ok(Response { status: status[0], payload: read_payload(io, declared).await? })
    }

    async fn write_request<T>(&mut self, _: &ProtocolRef, io: &mut T, request: Request) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        let Request::Payload(payload) = request else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a violation cannot be sent"));
        };
        write_payload(io, &payload).await
    }

    async fn write_response<T>(&mut self, _: &ProtocolRef, io: &mut T, response: Response) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&[response.status]).await?;
        write_payload(io, &response.payload).await
    }
}

async fn read_length<T: AsyncRead + Unpin>(io: &mut T) -> io::Result<u32> {
    let mut length = [0; 4];
    io.read_exact(&mut length).await?;
    Ok(u32::from_le_bytes(length))
}

/// Reads exactly `length` bytes; the buffer grows with what arrives, not with what was promised.
async fn read_payload<T: AsyncRead + Unpin>(io: &mut T, length: u32) -> io::Result<Vec<u8>> {
    let mut payload = Vec::new();
    io.take(u64::from(length)).read_to_end(&mut payload).await?;
    if payload.len() as u64 != u64::from(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(payload)
}

async fn write_payload<T: AsyncWrite + Unpin>(io: &mut T, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    io.write_all(&length.to_le_bytes()).await?;
    io.write_all(payload).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::io::Cursor;
    use std::time::Duration;

    fn protocol() -> ProtocolRef {
        ProtocolRef(Arc::new(Protocol {
            id: "/test/1".into(),
            max_request_bytes: 4,
            max_response_bytes: 8,
            timeout: Duration::from_secs(5),
        }))
    }

    async fn request(bytes: &[u8]) -> io::Result<Request> {
        FrameCodec.read_request(&protocol(), &mut Cursor::new(bytes.to_vec())).await
    }

    async fn response(bytes: &[u8]) -> io::Result<Response> {
        FrameCodec.read_response(&protocol(), &mut Cursor::new(bytes.to_vec())).await
    }

    #[tokio::test]
    async fn frames_are_read_back_as_written() {
        let mut buffer = Cursor::new(Vec::new());
        FrameCodec.write_request(&protocol(), &mut buffer, Request::Payload(b"abcd".to_vec())).await.unwrap();
        assert_eq!(buffer.get_ref(), b"\x04\0\0\0abcd");
        assert_eq!(request(buffer.get_ref()).await.unwrap(), Request::Payload(b"abcd".to_vec()));

        let mut buffer = Cursor::new(Vec::new());
        let sent = Response { status: 3, payload: b"12345678".to_vec() };
        FrameCodec
            .write_response(&protocol(), &mut buffer, Response { status: 3, payload: b"12345678".to_vec() })
            .await
            .unwrap();
        assert_eq!(buffer.get_ref(), b"\x03\x08\0\0\x0012345678");
        assert_eq!(response(buffer.get_ref()).await.unwrap(), sent);
    }

    #[tokio::test]
    async fn lengths_over_the_limit_are_refused_before_reading() {
        assert_eq!(request(&[255; 4]).await.unwrap(), Request::TooLarge { declared: u32::MAX });
        assert_eq!(request(&[5, 0, 0, 0]).await.unwrap(), Request::TooLarge { declared: 5 });
        let error = response(&[0, 9, 0, 0, 0]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn truncated_frames_are_an_end_of_file() {
        for bytes in [&[][..], &[4, 0, 0], &[4, 0, 0, 0, 1]] {
            assert_eq!(request(bytes).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        }
        assert_eq!(response(&[]).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
